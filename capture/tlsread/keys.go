package tlsread

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"hash"

	"golang.org/x/crypto/chacha20poly1305"
)

// opener decrypts and checks one record.
type opener interface {
	Open(dst, nonce, ciphertext, additionalData []byte) ([]byte, error)
}

// cipherSuite is one that can be decrypted: those with authenticated encryption.
type cipherSuite struct {
	key    int
	hash   func() hash.Hash
	cipher func(key []byte) opener
	stream bool // ChaCha20: the nonce is not sent in TLS 1.2 (RFC 7905 §2)
}

const (
	gcmTag      = 16
	nonceSize   = 12
	explicitLen = 8 // of the nonce, sent with each record (RFC 5288 §3)
	saltLen     = 4
)

var (
	suiteAES128 = &cipherSuite{key: 16, hash: sha256.New, cipher: newGCM}
	suiteAES256 = &cipherSuite{key: 32, hash: sha512.New384, cipher: newGCM}
	suiteChaCha = &cipherSuite{key: 32, hash: sha256.New, cipher: newChaCha, stream: true}
)

// cipherSuites by number (IANA TLS cipher suites).
var cipherSuites = map[uint16]*cipherSuite{
	0x1301: suiteAES128, 0x1302: suiteAES256, 0x1303: suiteChaCha,
	0x009C: suiteAES128, 0x009D: suiteAES256, 0x009E: suiteAES128, 0x009F: suiteAES256,
	0xC02B: suiteAES128, 0xC02C: suiteAES256, 0xC02F: suiteAES128, 0xC030: suiteAES256,
	0xCCA8: suiteChaCha, 0xCCA9: suiteChaCha, 0xCCAA: suiteChaCha,
}

func newGCM(key []byte) opener {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil
	}
	return gcm
}

func newChaCha(key []byte) opener {
	aead, err := chacha20poly1305.New(key)
	if err != nil {
		return nil
	}
	return aead
}

// recordKeys decrypt the records of one direction.
type recordKeys struct {
	suite  *cipherSuite
	open   opener
	iv     []byte
	seq    uint64
	secret []byte // TLS 1.3: the next keys come from it
	old    bool   // TLS 1.2
}

// keys13 derives keys from a traffic secret (RFC 8446 §7.3). It returns nil for
// a secret of the wrong length.
func keys13(suite *cipherSuite, secret []byte) *recordKeys {
	if len(secret) != suite.hash().Size() {
		return nil
	}
	k := &recordKeys{suite: suite, secret: secret}
	k.open = suite.cipher(expand(suite, secret, "key", suite.key))
	k.iv = expand(suite, secret, "iv", nonceSize)
	return k
}

// updated are the keys after a KeyUpdate (RFC 8446 §7.2).
func (k *recordKeys) updated() *recordKeys {
	return keys13(k.suite, expand(k.suite, k.secret, "traffic upd", len(k.secret)))
}

// expand is HKDF-Expand-Label without a context (RFC 8446 §7.1).
func expand(suite *cipherSuite, secret []byte, label string, n int) []byte {
	const prefix = "tls13 "
	info := binary.BigEndian.AppendUint16(nil, uint16(n))
	info = append(info, byte(len(prefix)+len(label)))
	info = append(append(info, prefix...), label...)
	info = append(info, 0)
	out, err := hkdf.Expand(suite.hash, secret, string(info), n)
	if err != nil {
		return nil
	}
	return out
}

// keys12 derives the keys of both directions from the master secret (RFC 5246
// §6.3), nil when the secret has the wrong length.
func keys12(suite *cipherSuite, master []byte, client, server *Hello) [2]*recordKeys {
	const masterLen = 48
	if len(master) != masterLen {
		return [2]*recordKeys{}
	}
	ivLen := saltLen
	if suite.stream {
		ivLen = nonceSize
	}
	seed := append(append([]byte("key expansion"), server.Random[:]...), client.Random[:]...)
	block := expand12(suite.hash, master, seed, 2*suite.key+2*ivLen)
	var keys [2]*recordKeys
	for i := range keys {
		key, iv := block[i*suite.key:], block[2*suite.key+i*ivLen:]
		keys[i] = &recordKeys{suite: suite, open: suite.cipher(key[:suite.key]), iv: iv[:ivLen], old: true}
	}
	return keys
}

// expand12 is P_hash (RFC 5246 §5).
func expand12(h func() hash.Hash, secret, seed []byte, n int) (out []byte) {
	mac := hmac.New(h, secret)
	sum := func(parts ...[]byte) []byte {
		mac.Reset()
		for _, p := range parts {
			mac.Write(p)
		}
		return mac.Sum(nil)
	}
	for a := sum(seed); len(out) < n; a = sum(a) {
		out = append(out, sum(a, seed)...)
	}
	return out[:n]
}

// decrypt opens one record. It returns false when the keys are not the
// ones that it was encrypted with.
func (k *recordKeys) decrypt(header, body []byte) ([]byte, bool) {
	nonce, aad := make([]byte, nonceSize), header
	switch {
	case k.old && !k.suite.stream:
		if len(body) < explicitLen+gcmTag {
			return nil, false
		}
		copy(nonce, k.iv)
		copy(nonce[saltLen:], body[:explicitLen])
		body = body[explicitLen:]
	default:
		copy(nonce, k.iv)
		for i := range 8 {
			nonce[saltLen+i] ^= byte(k.seq >> (56 - 8*i))
		}
	}
	if len(body) < gcmTag {
		return nil, false
	}
	if k.old {
		aad = binary.BigEndian.AppendUint64(nil, k.seq)
		aad = append(aad, header[:3]...)
		aad = binary.BigEndian.AppendUint16(aad, uint16(len(body)-gcmTag))
	}
	plain, err := k.open.Open(nil, nonce, body, aad)
	if err != nil {
		return nil, false
	}
	k.seq++
	return plain, true
}
