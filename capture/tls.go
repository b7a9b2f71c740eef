package capture

import (
	"encoding/binary"
	"slices"
	"strings"
)

// tlsStream follows a connection that carries TLS. It holds the records until
// the secrets are known to be there or not; then it tells either what was
// encrypted or, when RTMP was expected, the connection as it is.
type tlsStream struct {
	from           *sniffer
	held           []Record
	bytes          int
	head           [2][]byte
	ended          bool
	decided        bool
	client, server *hello
	side           [2]tlsSide
	inner          sink // takes what was decrypted
	plain          sink // takes the connection as it is
}

// tlsSide is one direction that is being decrypted.
type tlsSide struct {
	buf     []byte
	keys    []*recordKeys // the ones in use, and those to come
	started bool          // TLS 1.2: after ChangeCipherSpec
	lost    bool
	off     int64
}

func newTLSStream(s *sniffer) *tlsStream { return &tlsStream{from: s} }

// take takes a record of the TCP connection.
func (t *tlsStream) take(rec Record) {
	switch {
	case t.plain != nil:
		t.plain.take(rec)
		return
	case t.decided:
		t.follow(rec)
		return
	}
	rec.Data = slices.Clone(rec.Data)
	t.held = append(t.held, rec)
	t.bytes += len(rec.Data)
	i := index(rec.FromServer)
	t.head[i] = append(t.head[i], rec.Data...)
	if rec.Kind == Gap || rec.Kind == Reset || t.bytes > maxHead || len(t.held) > maxPendingSegments {
		t.ended = true
	}
	t.decide()
}

func (t *tlsStream) end() {
	t.ended = true
	if !t.decided {
		t.decide()
	}
	if t.inner != nil {
		t.inner.end()
	}
}

// decide waits for the first record that the client encrypted: by then its key
// log has been written.
func (t *tlsStream) decide() {
	if t.client == nil {
		t.client, _ = findHello(t.head[clientSide], helloClient)
	}
	if t.server == nil && len(t.head[serverSide]) > 0 {
		t.server, _ = findHello(t.head[serverSide], helloServer)
	}
	answered := t.head[serverSide]
	switch {
	case t.client != nil && t.server != nil:
		if _, encrypted := findHello(t.head[clientSide], helloClient); !encrypted && !t.ended {
			return
		}
		if t.findKeys() {
			t.decrypt()
			return
		}
		t.asItIs()
	case t.ended, len(answered) > 0 && answered[0] != recordHandshake:
		t.asItIs()
	}
}

// findKeys looks for the secrets of this connection.
func (t *tlsStream) findKeys() bool {
	r := t.from.reader
	suite := cipherSuites[t.server.suite]
	secrets := r.settings.keys.find(t.client.random)
	if secrets == nil {
		secrets = r.blocks.sect.keys.find(t.client.random)
	}
	if suite == nil || secrets == nil {
		return false
	}
	if t.server.version == versionTLS13 {
		t.side[clientSide].keys = keyRing(suite, secrets, "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0")
		t.side[serverSide].keys = keyRing(suite, secrets, "SERVER_HANDSHAKE_TRAFFIC_SECRET", "SERVER_TRAFFIC_SECRET_0")
	} else if t.server.version == versionTLS12 {
		for i, k := range keys12(suite, secrets["CLIENT_RANDOM"], t.client, t.server) {
			if k != nil {
				t.side[i].keys = []*recordKeys{k}
			}
		}
	}
	return len(t.side[clientSide].keys) > 0 && len(t.side[serverSide].keys) > 0
}

func keyRing(suite *cipherSuite, secrets map[string][]byte, labels ...string) (ring []*recordKeys) {
	for _, l := range labels {
		if k := keys13(suite, secrets[l]); k != nil {
			ring = append(ring, k)
		}
	}
	return ring
}

// expected says that RTMP is meant: by the port, or by the name that the client
// asked for.
func (t *tlsStream) expected() bool {
	return t.from.told || t.client != nil && strings.Contains(strings.ToLower(t.client.name), "rtmp")
}

// asItIs tells the encrypted connection when it is worth telling.
func (t *tlsStream) asItIs() {
	s := t.from
	if !t.expected() {
		t.decided, t.plain = true, nobody{}
		s.place(nobody{})
		s.reader.leave(s.flow, "TLS")
		return
	}
	c := s.reader.newConnection(s.flow, s.origin, -1)
	s.flow.conn = c
	s.reader.keepFlow(s.flow)
	t.plain = c
	t.release(c, tlsName(t.client, t.server)+", which cannot be read without a key log")
}

// decrypt finds out what was encrypted, by the same rules.
func (t *tlsStream) decrypt() {
	s := t.from
	inner := &sniffer{reader: s.reader, flow: s.flow, origin: s.origin, since: s.flow.time}
	inner.begun, inner.told = true, t.expected()
	inner.note = tlsName(t.client, t.server) + ", decrypted with its key log"
	inner.place = func(next sink) { t.inner = next }
	t.inner = inner
	if inner.told {
		s.reader.waiting = append(s.reader.waiting, inner)
	}
	t.release(t, "")
}

// release hands on what is held.
func (t *tlsStream) release(to sink, note string) {
	t.decided = true
	held := t.held
	t.held, t.head = nil, [2][]byte{}
	for _, rec := range held {
		if rec.Kind == Opened {
			rec.Reason = joinReasons(note, rec.Reason)
		}
		to.take(rec)
	}
}

// follow decrypts.
func (t *tlsStream) follow(rec Record) {
	side := &t.side[index(rec.FromServer)]
	switch rec.Kind {
	case Data:
		t.write(side, rec)
		return
	case Gap:
		t.lose(side, rec, "encrypted bytes were not captured, so that what follows cannot be decrypted")
		return
	}
	rec.Offset = side.off
	t.inner.take(rec)
}

// lose gives up on a direction: without one record the next cannot be told from
// noise.
func (t *tlsStream) lose(side *tlsSide, rec Record, reason string) {
	if side.lost {
		return
	}
	side.lost, side.buf = true, nil
	rec.Kind, rec.Data, rec.Length, rec.Offset, rec.Reason = Gap, nil, -1, side.off, reason
	t.inner.take(rec)
}

// write takes whole records out of the stream.
func (t *tlsStream) write(side *tlsSide, rec Record) {
	if side.lost {
		return
	}
	side.buf = append(side.buf, rec.Data...)
	at := 0
	for !side.lost && len(side.buf)-at >= recordHeader {
		header := side.buf[at : at+recordHeader]
		n := int(binary.BigEndian.Uint16(header[3:]))
		if n > maxRecord {
			t.lose(side, rec, "this is no TLS record")
			return
		}
		if len(side.buf)-at < recordHeader+n {
			break
		}
		t.record(side, rec, header, side.buf[at+recordHeader:at+recordHeader+n])
		at += recordHeader + n
	}
	side.buf = side.buf[:copy(side.buf, side.buf[min(at, len(side.buf)):])]
}

// record decrypts one record and tells it when it is application data.
func (t *tlsStream) record(side *tlsSide, rec Record, header, body []byte) {
	old := t.server.version != versionTLS13
	switch {
	case header[0] == recordCipherSpec:
		side.started = true
		return
	case old && !side.started, !old && header[0] != recordData:
		t.alert(rec, header[0], body)
		return
	}
	plain, ok := side.open(header, body)
	if !ok {
		t.lose(side, rec, "a TLS record cannot be decrypted with the secrets in the key log")
		return
	}
	kind := header[0]
	if !old { // RFC 8446 §5.2: the type stands after the data, before padding
		for len(plain) > 0 && plain[len(plain)-1] == 0 {
			plain = plain[:len(plain)-1]
		}
		if len(plain) == 0 {
			return
		}
		kind, plain = plain[len(plain)-1], plain[:len(plain)-1]
	}
	t.alert(rec, kind, plain)
	if kind == recordData && len(plain) > 0 {
		rec.Data, rec.Offset, rec.Length = plain, side.off, int64(len(plain))
		side.off += rec.Length
		t.inner.take(rec)
	}
}

// alert tells of an alert: two bytes, the level and the description (RFC 8446
// §6). An alert of a record of another kind is none.
func (t *tlsStream) alert(rec Record, kind byte, plain []byte) {
	const size = 2
	if kind != recordAlert || len(plain) != size || plain[1] == 0 {
		return
	}
	rec.Kind, rec.Data, rec.Length, rec.Offset = Outer, nil, 0, t.side[index(rec.FromServer)].off
	rec.Around = Around{Alert: plain[1]}
	t.inner.take(rec)
}

// open tries the keys in use and then those that may come next: that a record
// opens is the proof that they are right.
func (s *tlsSide) open(header, body []byte) ([]byte, bool) {
	for i, k := range s.keys {
		if plain, ok := k.decrypt(header, body); ok {
			s.keys = s.keys[i:]
			return plain, true
		}
	}
	last := s.keys[len(s.keys)-1]
	if last.secret == nil {
		return nil, false
	}
	next := last.updated()
	plain, ok := next.decrypt(header, body)
	if ok {
		s.keys = []*recordKeys{next}
	}
	return plain, ok
}
