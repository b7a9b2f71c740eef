// Package tlsread reads what TLS hid, with the secrets of a key log.
//
// It finds the hello messages of a connection that was captured ([FindHello]),
// derives its keys from the secrets that a program wrote while it spoke
// ([KeyLog], [Derive]), and opens the records of each direction ([Opening]). It
// knows TLS 1.2 and 1.3 with authenticated encryption, the only suites that
// current programs offer.
//
// It checks no certificate, makes no connection, and does not know what the
// bytes mean that it opens. The ciphers are those of the standard library and of
// x/crypto; what is written here is what no library offers, opening records that
// were spoken by others.
package tlsread

import (
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/crypto/cryptobyte"
)

// Record types, RFC 8446 §5.1.
const (
	changeCipherSpec = 20
	Alert            = 21
	Handshake        = 22
	ApplicationData  = 23
)

// Hello messages among the handshake messages, RFC 8446 §4.
const (
	ClientHello = 1
	ServerHello = 2
)

const (
	recordHeader = 5
	maxRecord    = 1<<14 + 2048 // RFC 5246 §6.2.3

	versionTLS12 = 0x0303
	versionTLS13 = 0x0304

	extensionServerName = 0
	extensionVersions   = 43
)

// retryRequest is the random that makes a ServerHello a HelloRetryRequest (RFC
// 8446 §4.1.3: SHA-256 of "HelloRetryRequest").
var retryRequest = Random{
	0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
	0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
}

// Hello is what the two hello messages say that matters here.
type Hello struct {
	// Random of the client names the connection in a key log.
	Random Random
	// Version and Suite of the server are those that are used.
	Version, Suite uint16
	// Name is the server's name as the client said it (RFC 6066 §3), harmless.
	Name string
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

// FindHello looks for a hello message among the handshake messages of one side,
// and says whether encrypted records follow.
func FindHello(p []byte, kind byte) (h *Hello, encrypted bool) {
	var messages []byte
	tlsRecords(p, func(record byte, body []byte) bool {
		if record == Handshake && !encrypted {
			messages = append(messages, body...)
		}
		encrypted = encrypted || record == ApplicationData || record == changeCipherSpec
		return record != ApplicationData
	})
	if messages == nil {
		return nil, encrypted
	}
	for list := cryptobyte.String(messages); ; {
		var message uint8
		var body cryptobyte.String
		if !list.ReadUint8(&message) || !list.ReadUint24LengthPrefixed(&body) {
			return nil, encrypted
		}
		if message != kind {
			continue
		}
		if h = readHello(body, kind); h != nil && h.Random != retryRequest {
			return h, encrypted
		}
	}
}

// readHello reads ClientHello or ServerHello (RFC 8446 §4.1.2, §4.1.3), as far
// as there are bytes.
func readHello(s cryptobyte.String, kind byte) *Hello {
	h := &Hello{}
	var passed, extensions cryptobyte.String
	if !s.ReadUint16(&h.Version) || !s.CopyBytes(h.Random[:]) || !s.ReadUint8LengthPrefixed(&passed) { // the session ID
		return nil
	}
	var compression uint8
	if kind == ClientHello && (!s.ReadUint16LengthPrefixed(&passed) || !s.ReadUint8LengthPrefixed(&passed)) || // suites, compression methods
		kind == ServerHello && (!s.ReadUint16(&h.Suite) || !s.ReadUint8(&compression)) {
		return nil
	}
	if !s.ReadUint16LengthPrefixed(&extensions) {
		return h // SSL 3.0 and TLS 1.0 know hellos without any
	}
	var code uint16
	for extensions.ReadUint16(&code) && extensions.ReadUint16LengthPrefixed(&passed) {
		h.extension(code, passed, kind)
	}
	return h
}

// extension reads those that matter (RFC 8446 §4.2.1, RFC 6066 §3).
func (h *Hello) extension(code uint16, body cryptobyte.String, kind byte) {
	var list, name cryptobyte.String
	var version uint16
	var nameType uint8
	switch {
	case code == extensionVersions && kind == ServerHello:
		if body.ReadUint16(&version) {
			h.Version = version
		}
	case code == extensionVersions && body.ReadUint8LengthPrefixed(&list):
		for list.ReadUint16(&version) {
			if version <= versionTLS13 {
				h.Version = max(h.Version, version)
			}
		}
	case code == extensionServerName && kind == ClientHello && body.ReadUint16LengthPrefixed(&list):
		if list.ReadUint8(&nameType) && nameType == 0 && list.ReadUint16LengthPrefixed(&name) {
			h.Name = hostName(name)
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

// Describe names the version and whom the connection was meant for: "TLS 1.3 to
// live.example.com". Either message may be nil.
func Describe(client, server *Hello) string {
	version := "TLS"
	if server != nil {
		version = versionName(server.Version)
	}
	if client == nil || client.Name == "" {
		return version
	}
	return version + " to " + client.Name
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
