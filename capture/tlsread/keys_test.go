package tlsread

import (
	"encoding/hex"
	"testing"
)

// TestChaChaVector is RFC 8439 §2.8.2.
func TestChaChaVector(t *testing.T) {
	key, aad := unhex(t, "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"), unhex(t, "50515253c0c1c2c3c4c5c6c7")
	sealed := unhex(t, "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b"+
		"1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116"+
		"1ae10b594f09e26a7e902ecbd0600691")
	plain, err := newChaCha(key).Open(nil, unhex(t, "070000004041424344454647"), sealed, aad)
	want := "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
	if err != nil || string(plain) != want {
		t.Errorf("%q, %v", plain, err)
	}
	sealed[3] ^= 1
	if _, err := newChaCha(key).Open(nil, unhex(t, "070000004041424344454647"), sealed, aad); err == nil {
		t.Error("a changed text was taken")
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
