package capture

import (
	"encoding/binary"
	"errors"
	"math/big"
	"math/bits"
)

// chaCha opens ChaCha20-Poly1305 (RFC 8439). The standard library keeps its own
// to itself. Nothing here has to take constant time: the key is known to
// whoever reads the capture, and nobody waits for an answer.
type chaCha struct{ key [8]uint32 }

var errForged = errors.New("the authentication tag does not fit")

func newChaCha(key []byte) opener {
	c := &chaCha{}
	for i := range c.key {
		c.key[i] = binary.LittleEndian.Uint32(key[4*i:])
	}
	return c
}

// Open checks the tag and decrypts (RFC 8439 §2.8).
func (c *chaCha) Open(dst, nonce, ciphertext, additionalData []byte) ([]byte, error) {
	body, tag := ciphertext[:len(ciphertext)-gcmTag], ciphertext[len(ciphertext)-gcmTag:]
	oneTime := c.block(0, nonce)
	if string(poly1305(oneTime[:32], macData(additionalData, body))) != string(tag) {
		return nil, errForged
	}
	for counter := uint32(1); len(body) > 0; counter++ {
		key := c.block(counter, nonce)
		n := min(len(body), len(key))
		for i := range n {
			dst = append(dst, body[i]^key[i])
		}
		body = body[n:]
	}
	return dst, nil
}

// macData is what is authenticated: both texts padded to 16, and their lengths.
func macData(additional, body []byte) []byte {
	pad := func(b []byte) []byte { return append(b, make([]byte, -len(b)&15)...) }
	b := pad(append(make([]byte, 0, len(additional)+len(body)+48), additional...))
	b = pad(append(b, body...))
	b = binary.LittleEndian.AppendUint64(b, uint64(len(additional)))
	return binary.LittleEndian.AppendUint64(b, uint64(len(body)))
}

// block is one block of the key stream (RFC 8439 §2.3).
func (c *chaCha) block(counter uint32, nonce []byte) (out [64]byte) {
	s := [16]uint32{0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}
	copy(s[4:], c.key[:])
	s[12] = counter
	for i := range 3 {
		s[13+i] = binary.LittleEndian.Uint32(nonce[4*i:])
	}
	w := s
	for range 10 {
		quarter(&w, 0, 4, 8, 12)
		quarter(&w, 1, 5, 9, 13)
		quarter(&w, 2, 6, 10, 14)
		quarter(&w, 3, 7, 11, 15)
		quarter(&w, 0, 5, 10, 15)
		quarter(&w, 1, 6, 11, 12)
		quarter(&w, 2, 7, 8, 13)
		quarter(&w, 3, 4, 9, 14)
	}
	for i := range w {
		binary.LittleEndian.PutUint32(out[4*i:], w[i]+s[i])
	}
	return out
}

func quarter(w *[16]uint32, a, b, c, d int) {
	w[a] += w[b]
	w[d] = bits.RotateLeft32(w[d]^w[a], 16)
	w[c] += w[d]
	w[b] = bits.RotateLeft32(w[b]^w[c], 12)
	w[a] += w[b]
	w[d] = bits.RotateLeft32(w[d]^w[a], 8)
	w[c] += w[d]
	w[b] = bits.RotateLeft32(w[b]^w[c], 7)
}

// poly1305 is the tag of p under a one-time key (RFC 8439 §2.5), with 26-bit
// digits so that products fit 64 bits.
func poly1305(key, p []byte) []byte {
	r := digits(key[:16], 0)
	r[0], r[1], r[2], r[3], r[4] = r[0]&0x3ffffff, r[1]&0x3ffff03, r[2]&0x3ffc0ff, r[3]&0x3f03fff, r[4]&0x00fffff
	var h [5]uint64
	for ; len(p) > 0; p = p[16:] { // macData pads to whole blocks
		for i, d := range digits(p[:16], 1) {
			h[i] += d
		}
		h = multiply(h, r)
	}
	sum := new(big.Int)
	for i := range h {
		sum.Add(sum, new(big.Int).Lsh(new(big.Int).SetUint64(h[i]), uint(26*i)))
	}
	prime := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 130), big.NewInt(5))
	sum.Mod(sum, prime)
	var s [16]byte
	for i := range s {
		s[i] = key[31-i]
	}
	sum.Add(sum, new(big.Int).SetBytes(s[:]))
	return littleEndian16(sum)
}

// digits splits 16 bytes and a bit above them into 26-bit digits.
func digits(b []byte, top uint64) [5]uint64 {
	lo, hi := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
	const mask = 1<<26 - 1
	return [5]uint64{lo & mask, lo >> 26 & mask, (lo>>52 | hi<<12) & mask, hi >> 14 & mask, hi>>40 | top<<24}
}

// multiply multiplies modulo 2^130-5, where 2^130 is 5.
func multiply(h, r [5]uint64) (out [5]uint64) {
	for i := range h {
		for j := range r {
			if k := i + j; k < 5 {
				out[k] += h[i] * r[j]
			} else {
				out[k-5] += 5 * h[i] * r[j]
			}
		}
	}
	carry := uint64(0)
	for i := range out {
		out[i] += carry
		carry = out[i] >> 26
		out[i] &= 1<<26 - 1
	}
	out[0] += 5 * carry
	out[1] += out[0] >> 26
	out[0] &= 1<<26 - 1
	return out
}

func littleEndian16(n *big.Int) []byte {
	out := make([]byte, 16)
	for i, b := range new(big.Int).Mod(n, new(big.Int).Lsh(big.NewInt(1), 128)).FillBytes(make([]byte, 16)) {
		out[15-i] = b
	}
	return out
}
