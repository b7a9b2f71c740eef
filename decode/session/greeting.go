package session

import "bytes"

// Greeting is a protocol that can be told by its first bytes and is met where RTMP
// belongs, besides TLS and HTTP, which are followed further.
type Greeting uint8

// What a side can begin with.
const (
	NoGreeting  Greeting = iota
	ProxyLine            // PROXY protocol, version 1: "PROXY TCP4 …" (haproxy, proxy-protocol.txt §2.1)
	ProxyBinary          // version 2 (§2.2)
	SSHBanner            // "SSH-2.0-…" (RFC 4253 §4.2)
)

// greetings are the bytes that they begin with.
var greetings = [...]struct {
	begin string
	means Greeting
}{
	{"PROXY ", ProxyLine},
	{"\r\n\r\n\x00\r\nQUIT\n", ProxyBinary},
	{"SSH-", SSHBanner},
}

// greetWatch looks at the first bytes of one direction, however they are cut.
type greetWatch struct {
	have []byte
	off  bool
}

// next takes bytes of the direction and returns what it begins with, once, when that
// can be told.
func (w *greetWatch) next(p []byte) Greeting {
	if w.off {
		return NoGreeting
	}
	w.have = append(w.have, p[:min(len(p), len(greetings[1].begin)-len(w.have))]...)
	open := false
	for _, g := range greetings {
		switch {
		case bytes.HasPrefix(w.have, []byte(g.begin)):
			w.off, w.have = true, nil
			return g.means
		case bytes.HasPrefix([]byte(g.begin), w.have):
			open = true
		}
	}
	if !open {
		w.off, w.have = true, nil
	}
	return NoGreeting
}
