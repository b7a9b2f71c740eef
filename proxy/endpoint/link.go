package endpoint

import (
	"encoding/binary"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
)

// Window sizes. 2,500,000 is what FFmpeg, SRS and MediaMTX send.
const (
	windowSize = 2_500_000
	chunkSize  = 4096
)

// maxAssembly bounds the unfinished messages of a peer: one of the largest
// size that RTMP can declare, and some room for others.
const maxAssembly = 17 << 20

// link is one end of an RTMP connection: it reads the peer's bytes, answers its
// protocol control messages and sends through its outbox. Only one goroutine
// may read.
type link struct {
	conn net.Conn
	out  *outbox
	dec  *decode.Decoder
	buf  []byte

	received uint32 // bytes, modulo 2^32
	acked    uint32 // value of the last Acknowledgement
	window   uint32 // bytes after which the peer wants one; 0: it never said
	told     uint32 // window that we told the peer

	// onUser is told user control events other than Ping Request.
	onUser func(event uint16)

	started atomic.Bool   // the sending goroutine runs
	unread  chan struct{} // closed when nobody reads any more
	sent    chan struct{} // closed when the sending goroutine has ended
}

func newLink(conn net.Conn, peer decode.Direction, queue int, timeout time.Duration) *link {
	limits := decode.DefaultLimits()
	limits.Assembly = maxAssembly
	return &link{
		conn: conn, out: newOutbox(conn, queue, timeout),
		dec: decode.New(peer, limits), buf: make([]byte, 32<<10),
		onUser: func(uint16) {},
		unread: make(chan struct{}), sent: make(chan struct{}),
	}
}

// start begins to send what is in the outbox. The goroutine ends with the
// connection closed.
func (l *link) start() {
	l.started.Store(true)
	go func() {
		defer close(l.sent)
		l.out.run()
		l.hangUp()
	}()
}

// hangUp ends the sending side and gives the peer a moment to end its own: to
// close a connection in which unread bytes wait would reset it, and the peer
// could lose our last messages.
func (l *link) hangUp() {
	if c, ok := l.conn.(interface{ CloseWrite() error }); ok && c.CloseWrite() == nil {
		select {
		case <-l.unread:
		case <-time.After(linger):
		}
	}
	l.conn.Close()
}

// finish sends what waits and then ends the connection. Any goroutine may call
// it.
func (l *link) finish() {
	l.out.finish()
	if !l.started.Load() {
		l.conn.Close()
	}
}

// end is called by the reader when it stops. It returns when what waited has
// been sent and the connection is closed.
func (l *link) end() {
	close(l.unread)
	if !l.started.Load() {
		l.conn.Close()
		return
	}
	l.out.finish()
	<-l.sent
}

// read reads what has arrived and gives handshake parts and messages to handle.
// Its error, one of the connection, or the peer's leaving RTMP ends the link.
func (l *link) read(handle func(*decode.Event) error) error {
	n, readErr := l.conn.Read(l.buf)
	l.received += uint32(n)
	l.dec.Write(l.buf[:n])
	for e := l.dec.Next(); e != nil; e = l.dec.Next() {
		if err := l.dispatch(e, handle); err != nil {
			return err
		}
	}
	if l.window > 0 && l.received-l.acked >= l.window {
		l.acked = l.received
		l.out.push(control(chunk.TypeAcknowledgement, l.received))
	}
	return readErr
}

func (l *link) dispatch(e *decode.Event, handle func(*decode.Event) error) error {
	switch e.Kind {
	case decode.Handshake:
		return handle(e)
	case decode.Message:
		if !l.control(e) {
			return handle(e)
		}
	case decode.Lost:
		return fmt.Errorf("at byte %d: %s", e.Offset, e.Reason.Text)
	}
	return nil
}

// control takes protocol and user control messages (RTMP 1.0 §5.4, §6.2). The
// decoder itself applies Set Chunk Size and Abort.
func (l *link) control(e *decode.Event) bool {
	if e.Type >= chunk.TypeAudio {
		return false
	}
	switch {
	case e.Type == chunk.TypeUserControl && len(e.Body) >= 2:
		l.user(binary.BigEndian.Uint16(e.Body), e.Body[2:])
	case e.Type == chunk.TypeWindowAckSize && len(e.Body) >= 4:
		l.window = binary.BigEndian.Uint32(e.Body)
	case e.Type == chunk.TypeSetPeerBandwidth && len(e.Body) >= 4:
		l.announce(binary.BigEndian.Uint32(e.Body))
	}
	return true
}

// announce answers Set Peer Bandwidth with Window Acknowledgement Size when it
// differs from the last one sent (RTMP 1.0 §5.4.5).
func (l *link) announce(window uint32) {
	if window == 0 || window == l.told {
		return
	}
	l.told = window
	l.out.push(control(chunk.TypeWindowAckSize, window))
}

func (l *link) user(event uint16, value []byte) {
	if event == eventPingRequest && len(value) >= 4 {
		l.out.push(userControl(eventPingResponse, binary.BigEndian.Uint32(value)))
		return
	}
	l.onUser(event)
}
