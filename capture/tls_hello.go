package capture

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Record types, RFC 8446 §5.1.
const (
	recordCipherSpec = 20
	recordAlert      = 21
	recordHandshake  = 22
	recordData       = 23

	recordHeader = 5
	maxRecord    = 1<<14 + 2048 // RFC 5246 §6.2.3

	helloClient = 1
	helloServer = 2

	versionTLS12 = 0x0303
	versionTLS13 = 0x0304

	extensionServerName = 0
	extensionVersions   = 43
)

// retryRequest is the random that makes a ServerHello a HelloRetryRequest (RFC
// 8446 §4.1.3: SHA-256 of "HelloRetryRequest").
var retryRequest = clientRandom{
	0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
	0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
}

// hello is what the two hello messages say that matters here.
type hello struct {
	random  clientRandom
	version uint16 // of the server: the one that is used
	suite   uint16 // of the server
	name    string // of the client: server name indication
}

// tlsRecords yields whole records: type and body.
func tlsRecords(p []byte, yield func(kind byte, body []byte) bool) {
	for len(p) >= recordHeader {
		n := int(binary.BigEndian.Uint16(p[3:]))
		if n > maxRecord || len(p) < recordHeader+n || !yield(p[0], p[recordHeader:recordHeader+n]) {
			return
		}
		p = p[recordHeader+n:]
	}
}

// findHello looks for a hello message among the handshake messages of one side,
// and says whether encrypted records follow.
func findHello(p []byte, kind byte) (h *hello, encrypted bool) {
	var messages []byte
	tlsRecords(p, func(record byte, body []byte) bool {
		if record == recordHandshake && !encrypted {
			messages = append(messages, body...)
		}
		encrypted = encrypted || record == recordData || record == recordCipherSpec
		return record != recordData
	})
	if messages == nil {
		return nil, encrypted
	}
	for len(messages) >= 4 {
		n := int(messages[1])<<16 | int(messages[2])<<8 | int(messages[3])
		if len(messages) < 4+n {
			break
		}
		if messages[0] == kind {
			if h = readHello(messages[4:4+n], kind); h != nil && h.random != retryRequest {
				return h, encrypted
			}
		}
		messages = messages[4+n:]
	}
	return nil, encrypted
}

// cursor reads numbers and vectors as far as there are bytes.
type cursor struct {
	b  []byte
	ok bool
}

func (c *cursor) bytes(n int) []byte {
	if !c.ok || n > len(c.b) {
		c.ok, c.b = false, nil
		return nil
	}
	p := c.b[:n]
	c.b = c.b[n:]
	return p
}

func (c *cursor) number(size int) (n int) {
	for _, b := range c.bytes(size) {
		n = n<<8 | int(b)
	}
	return n
}

// vector reads bytes after their length, which has size bytes.
func (c *cursor) vector(size int) []byte { return c.bytes(c.number(size)) }

// readHello reads ClientHello or ServerHello (RFC 8446 §4.1.2, §4.1.3).
func readHello(p []byte, kind byte) *hello {
	c := cursor{p, true}
	h := &hello{version: uint16(c.number(2))}
	copy(h.random[:], c.bytes(32))
	c.vector(1) // session id
	if kind == helloClient {
		c.vector(2) // cipher suites
		c.vector(1) // compression methods
	} else {
		h.suite = uint16(c.number(2))
		c.number(1)
	}
	if !c.ok {
		return nil
	}
	for e := (cursor{c.vector(2), true}); len(e.b) > 0; {
		code, body := e.number(2), e.vector(2)
		h.extension(code, body, kind)
	}
	return h
}

func (h *hello) extension(code int, body []byte, kind byte) {
	c := cursor{body, true}
	switch {
	case code == extensionVersions && kind == helloServer:
		h.version = uint16(c.number(2))
	case code == extensionVersions:
		for list := c.vector(1); len(list) >= 2; list = list[2:] {
			if v := binary.BigEndian.Uint16(list); v <= versionTLS13 {
				h.version = max(h.version, v)
			}
		}
	case code == extensionServerName && kind == helloClient: // RFC 6066 §3
		list := cursor{c.vector(2), true}
		if list.number(1) == 0 {
			h.name = hostName(list.vector(2))
		}
	}
}

// hostName is a name as far as it is one: it comes from the wire and is shown.
func hostName(p []byte) string {
	const most = 253
	name := string(p[:min(len(p), most)])
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '?'
	}, name)
}

// tlsName names a version and whom it was meant for.
func tlsName(client, server *hello) string {
	version := "TLS"
	if server != nil {
		version = versionName(server.version)
	}
	if client == nil || client.name == "" {
		return version
	}
	return version + " to " + client.name
}

func versionName(v uint16) string {
	if v < 0x0300 || v > versionTLS13 {
		return "TLS"
	}
	if v == 0x0300 {
		return "SSL 3.0"
	}
	return fmt.Sprintf("TLS 1.%d", v-0x0301)
}
