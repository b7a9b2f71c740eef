package tlsread

import (
	"crypto/cipher"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestLooks: each byte of a record header (RFC 8446 §5.1) at its edges.
func TestLooks(t *testing.T) {
	for _, c := range []struct {
		p                 []byte
		handshake, record bool
	}{
		{[]byte{22, 3, 1, 0, 5}, true, true}, {[]byte{22, 3, 0, 0, 5}, true, true}, {[]byte{22, 3, 4, 0, 5}, true, true}, {[]byte{22, 3, 5, 0, 5}, false, false},
		{[]byte{22, 2, 1, 0, 5}, false, false}, {[]byte{22, 4, 1, 0, 5}, false, false}, {[]byte{21, 3, 3, 0, 5}, false, true}, {[]byte{20, 3, 3, 0, 5}, false, true},
		{[]byte{23, 3, 3, 0, 5}, false, true}, {[]byte{19, 3, 3, 0, 5}, false, false}, {[]byte{24, 3, 3, 0, 5}, false, false}, {[]byte{22, 3, 3}, true, false},
		{[]byte{22, 3}, false, false}, {[]byte{22, 3, 3, 0}, true, false}, {[]byte{23, 3, 3, maxRecord >> 8, maxRecord & 255}, false, true},
		{[]byte{23, 3, 3, (maxRecord + 1) >> 8, (maxRecord + 1) & 255}, false, false}, {[]byte{3, 22, 3, 0, 5}, false, false}, {nil, false, false},
	} {
		if got := LooksLike(c.p); got != c.handshake {
			t.Errorf("% x is a handshake: %v", c.p, got)
		}
		if got := LooksLikeRecord(c.p); got != c.record {
			t.Errorf("% x is a record: %v", c.p, got)
		}
	}
}

// TestKeysAreUsedInOrder: one that has opened a record ends those before it.
func TestKeysAreUsedInOrder(t *testing.T) {
	for suite, long := range map[uint16]int{0x1301: 32, 0x1302: 48, 0x1303: 32} {
		s := cipherSuites[suite]
		if s == nil {
			t.Fatalf("no suite %04x", suite)
		}
		first, second := keys13(s, slices.Repeat([]byte{1}, long)), keys13(s, slices.Repeat([]byte{2}, long))
		if first == nil || second == nil {
			t.Fatal("no keys")
		}
		o := newOpening(false, first, second)
		if _, ok := o.open([]byte{23, 3, 3, 0, 20}, make([]byte, 20)); ok || len(o.keys) != 2 {
			t.Errorf("noise is opened, or %d keys are left", len(o.keys))
		}
	}
	if newOpening(true) != nil {
		t.Error("an opening without keys")
	}
}

// sealed is the first record under some keys of TLS 1.3: the nonce is the IV (RFC 8446
// §5.3), the type stands behind the data, and then comes padding (§5.2).
func sealed(k *recordKeys, inner string) []byte { return sealedAs(k, 0, inner) }

// sealedAs is record number seq, which is XORed into the end of the IV.
func sealedAs(k *recordKeys, seq uint64, inner string) []byte {
	body := len(inner) + gcmTag
	header := []byte{ApplicationData, 3, 3, byte(body >> 8), byte(body)}
	nonce := slices.Clone(k.iv)
	for i := range 8 {
		nonce[len(nonce)-1-i] ^= byte(seq >> (8 * i))
	}
	return append(header, k.open.(cipher.AEAD).Seal(nil, nonce, []byte(inner), header)...)
}

// TestKeyUpdate: keys that follow open what the last do not, and end them; those before
// are gone.
func TestKeyUpdate(t *testing.T) {
	fresh := func(b byte) *recordKeys { return keys13(suiteAES128, slices.Repeat([]byte{b}, 32)) }
	read := func(o *Opening, record []byte) (got string, err error) {
		err = o.Write(record, func(kind byte, plain []byte) { got += string(plain) + "/" + string(rune(kind)) })
		return got, err
	}
	o := newOpening(false, fresh(1), fresh(2))
	for i, c := range []struct {
		keys *recordKeys
		data string
		want string
	}{
		{fresh(2), "application\x17\x00\x00", "application/\x17"}, {fresh(2).updated(), "updated\x17", "updated/\x17"},
		{fresh(2).updated().updated(), "again\x16", "again/\x16"}, {fresh(2).updated().updated().updated(), "\x00\x00", ""},
	} {
		if got, err := read(o, sealed(c.keys, c.data)); got != c.want || err != nil || len(o.keys) != 1 {
			t.Errorf("record %d: %q, %v, %d keys", i, got, err, len(o.keys))
		}
	}
	for i, k := range []*recordKeys{fresh(1), fresh(2), fresh(2).updated(), fresh(3)} {
		if got, err := read(o, sealed(k, "old\x17")); got != "" || err == nil {
			t.Errorf("keys %d of before: %q, %v", i, got, err)
		}
	}
}

// TestManyRecords count beyond a byte, and an empty one is a record too.
func TestManyRecords(t *testing.T) {
	for name, suite := range map[string]*cipherSuite{"AES": suiteAES128, "ChaCha20": suiteChaCha} {
		secret := slices.Repeat([]byte{7}, 32)
		o, k := newOpening(false, keys13(suite, secret)), keys13(suite, secret)
		got := 0
		for seq := range uint64(70_000) {
			inner := "x\x17"
			if seq == 300 {
				inner = "" // nothing, not even a type
			}
			if seq > 600 && seq < 65_500 {
				o.keys[0].seq = seq + 1 // as if it had been read
				continue
			}
			if err := o.Write(sealedAs(k, seq, inner), func(byte, []byte) { got++ }); err != nil {
				t.Fatalf("%s, record %d: %v", name, seq, err)
			}
		}
		if want := 601 - 1 + 4500; got != want {
			t.Errorf("%s: %d records, want %d", name, got, want)
		}
	}
}

// TestHostNames: letters, digits and what names have beside them; the rest is hidden.
func TestHostNames(t *testing.T) {
	for name, want := range map[string]string{"azAZ09.-_": "azAZ09.-_", "a`{@[/:": "a??????", "\x1b[1m": "??1m", "ü": "?", "": ""} {
		if got := hostName([]byte(name)); got != want {
			t.Errorf("%q is shown as %q, want %q", name, got, want)
		}
	}
	if got := hostName(slices.Repeat([]byte("a"), 300)); len(got) != 253 {
		t.Errorf("a name of %d letters", len(got))
	}
}

// TestMissesAreRemembered, but not those that were found, and not more than so many.
func TestMissesAreRemembered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	known := Random{1}
	line := fmt.Sprintf("CLIENT_RANDOM %x %x\n", known, make([]byte, 48))
	if err := os.WriteFile(path, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	k := newKeyLog()
	k.path = path
	if k.own(known) == nil || k.misses[known] || k.own(Random{2}) != nil || !k.misses[Random{2}] {
		t.Errorf("%d misses", len(k.misses))
	}
	for n := len(k.misses); n < maxSecrets; n++ {
		k.misses[Random{3, byte(n), byte(n >> 8), byte(n >> 16)}] = true
	}
	if k.own(Random{4}) != nil || k.misses[Random{4}] || len(k.misses) != maxSecrets {
		t.Errorf("%d misses", len(k.misses))
	}
}
