package tlsread

import (
	"encoding/binary"
	"errors"
)

// What keeps a direction from being decrypted.
var (
	errNoRecord = errors.New("this is no TLS record")
	errSecrets  = errors.New("a TLS record cannot be decrypted with the secrets in the key log")
)

// Opening decrypts one direction of a connection. It is not safe for concurrent
// use.
type Opening struct {
	old     bool // TLS 1.2
	started bool // TLS 1.2: after ChangeCipherSpec
	buf     []byte
	keys    []*recordKeys // the ones in use, and those to come
}

// Derive returns what decrypts each direction of a connection, by its hello
// messages and its secrets by label. It returns nil where the secrets, the
// version or the cipher suite do not allow it.
func Derive(client, server *Hello, secrets map[string][]byte) (fromClient, fromServer *Opening) {
	suite := cipherSuites[server.Suite]
	switch {
	case suite == nil || secrets == nil:
	case server.Version == versionTLS13:
		return newOpening(false, keyRing(suite, secrets, "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0")...),
			newOpening(false, keyRing(suite, secrets, "SERVER_HANDSHAKE_TRAFFIC_SECRET", "SERVER_TRAFFIC_SECRET_0")...)
	case server.Version == versionTLS12:
		if keys := keys12(suite, secrets["CLIENT_RANDOM"], client, server); keys[0] != nil {
			return newOpening(true, keys[0]), newOpening(true, keys[1])
		}
	}
	return nil, nil
}

func newOpening(old bool, keys ...*recordKeys) *Opening {
	if len(keys) == 0 {
		return nil
	}
	return &Opening{old: old, keys: keys}
}

func keyRing(suite *cipherSuite, secrets map[string][]byte, labels ...string) (ring []*recordKeys) {
	for _, l := range labels {
		if k := keys13(suite, secrets[l]); k != nil {
			ring = append(ring, k)
		}
	}
	return ring
}

// Write takes the next bytes of the direction and gives each whole record to
// each, decrypted, with the type that it had before it was encrypted; plain is
// borrowed. After an error nothing more can be decrypted: without one record
// the next cannot be told from noise.
func (o *Opening) Write(p []byte, each func(kind byte, plain []byte)) error {
	o.buf = append(o.buf, p...)
	at := 0
	for len(o.buf)-at >= recordHeader {
		header := o.buf[at : at+recordHeader]
		n := int(binary.BigEndian.Uint16(header[3:]))
		if n > maxRecord {
			return errNoRecord
		}
		if len(o.buf)-at < recordHeader+n {
			break
		}
		if err := o.record(header, o.buf[at+recordHeader:at+recordHeader+n], each); err != nil {
			return err
		}
		at += recordHeader + n
	}
	o.buf = o.buf[:copy(o.buf, o.buf[at:])]
	return nil
}

// record decrypts one record.
func (o *Opening) record(header, body []byte, each func(kind byte, plain []byte)) error {
	kind := header[0]
	switch {
	case kind == changeCipherSpec:
		o.started = true
		return nil
	case o.old && !o.started, !o.old && kind != ApplicationData:
		if kind != ApplicationData { // nobody may send any yet
			each(kind, body)
		}
		return nil
	}
	plain, ok := o.open(header, body)
	if !ok {
		return errSecrets
	}
	if !o.old { // RFC 8446 §5.2: the type stands after the data, before padding
		for len(plain) > 0 && plain[len(plain)-1] == 0 {
			plain = plain[:len(plain)-1]
		}
		if len(plain) == 0 {
			return nil
		}
		kind, plain = plain[len(plain)-1], plain[:len(plain)-1]
	}
	each(kind, plain)
	return nil
}

// open tries the keys in use and then those that may come next: that a record
// opens is the proof that they are right.
func (o *Opening) open(header, body []byte) ([]byte, bool) {
	for i, k := range o.keys {
		if plain, ok := k.decrypt(header, body); ok {
			o.keys = o.keys[i:]
			return plain, true
		}
	}
	last := o.keys[len(o.keys)-1]
	if last.secret == nil {
		return nil, false
	}
	next := last.updated()
	plain, ok := next.decrypt(header, body)
	if ok {
		o.keys = []*recordKeys{next}
	}
	return plain, ok
}

// LooksLike says that bytes begin with the header of a handshake record
// (RFC 8446 §5.1).
func LooksLike(p []byte) bool {
	return len(p) >= 3 && p[0] == Handshake && p[1] == 3 && p[2] <= 4
}

// LooksLikeRecord says that bytes begin with a whole record header of TLS.
func LooksLikeRecord(p []byte) bool {
	return len(p) >= recordHeader && p[0] >= changeCipherSpec && p[0] <= ApplicationData && p[1] == 3 && p[2] <= 4 &&
		int(binary.BigEndian.Uint16(p[3:])) <= maxRecord
}
