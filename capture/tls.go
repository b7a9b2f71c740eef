package capture

import (
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/capture/tlsread"
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
	client, server *tlsread.Hello
	side           [2]tlsSide
	inner          sink // takes what was decrypted
	plain          sink // takes the connection as it is
}

// tlsSide is one direction that is being decrypted.
type tlsSide struct {
	opening *tlsread.Opening
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
	if rec.Kind == Gap || rec.Kind == Reset || t.bytes > maxHead || len(t.held) > maxHeldRecords {
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
		t.client, _ = tlsread.FindHello(t.head[clientSide], tlsread.ClientHello)
	}
	if t.server == nil && len(t.head[serverSide]) > 0 {
		t.server, _ = tlsread.FindHello(t.head[serverSide], tlsread.ServerHello)
	}
	answered := t.head[serverSide]
	switch {
	case t.client != nil && t.server != nil:
		if _, encrypted := tlsread.FindHello(t.head[clientSide], tlsread.ClientHello); !encrypted && !t.ended {
			return
		}
		if t.findKeys() {
			t.decrypt()
			return
		}
		t.asItIs()
	case t.ended, len(answered) > 0 && answered[0] != tlsread.Handshake:
		t.asItIs()
	}
}

// findKeys looks for the secrets of this connection.
func (t *tlsStream) findKeys() bool {
	r := t.from.reader
	secrets := r.settings.keys.Find(t.client.Random)
	if secrets == nil {
		secrets = r.blocks.sect.keys.Find(t.client.Random)
	}
	client, server := tlsread.Derive(t.client, t.server, secrets)
	t.side[clientSide].opening, t.side[serverSide].opening = client, server
	return client != nil && server != nil
}

// expected says that RTMP is meant: by the port, or by the name that the client
// asked for.
func (t *tlsStream) expected() bool {
	return t.from.told || t.client != nil && strings.Contains(strings.ToLower(t.client.Name), "rtmp")
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
	t.release(c, tlsread.Describe(t.client, t.server)+", which cannot be read without a key log")
}

// decrypt finds out what was encrypted, by the same rules.
func (t *tlsStream) decrypt() {
	s := t.from
	inner := &sniffer{reader: s.reader, flow: s.flow, origin: s.origin, since: s.flow.time}
	inner.begun, inner.told = true, t.expected()
	inner.note = tlsread.Describe(t.client, t.server) + ", decrypted with its key log"
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
	side.lost, side.opening = true, nil
	rec.Kind, rec.Data, rec.Length, rec.Offset, rec.Reason = Gap, nil, -1, side.off, reason
	t.inner.take(rec)
}

// write decrypts and tells application data and alerts.
func (t *tlsStream) write(side *tlsSide, rec Record) {
	if side.lost {
		return
	}
	err := side.opening.Write(rec.Data, func(kind byte, plain []byte) {
		t.alert(rec, kind, plain)
		if kind == tlsread.ApplicationData && len(plain) > 0 {
			rec := rec
			rec.Data, rec.Offset, rec.Length = plain, side.off, int64(len(plain))
			side.off += rec.Length
			t.inner.take(rec)
		}
	})
	if err != nil {
		t.lose(side, rec, err.Error())
	}
}

// alert tells of an alert: two bytes, the level and the description (RFC 8446
// §6). An alert of a record of another kind is none.
func (t *tlsStream) alert(rec Record, kind byte, plain []byte) {
	const size = 2
	if kind != tlsread.Alert || len(plain) != size || plain[1] == 0 {
		return
	}
	rec.Kind, rec.Data, rec.Length, rec.Offset = Outer, nil, 0, t.side[index(rec.FromServer)].off
	rec.Around = Around{Alert: plain[1]}
	t.inner.take(rec)
}
