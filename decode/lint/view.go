package lint

import (
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

const (
	client = decode.FromClient
	server = decode.FromServer
)

// view is what is known of one session, kept once for all rules. It follows
// the rows, and signals what rules want to look at; a rule subscribes with on.
// Of a session with a million frames only the irregular ones are signalled.
type view struct {
	judge  *Judge
	number uint32
	clock  int64 // time of the latest row or deadline
	hooks  [signals][]func(*session.Entry)
	woken  [signals]bool // the rules that want this signal are set up
	up     []bool        // by rule: it is set up

	openedAt   int64
	openedRow  uint32
	serverAddr string
	hello      hello
	connect    connect
	requests   requests
	reply      *request // what the row of an onCommand signal answers, or nil
	streams    []*stream
	stream     *stream // of the row that is signalled, or nil
	main       *stream // the first that was published or played
	knock      *stream // stands for the connect itself among the attempts
	tracks     []*track
	track      *track // of the row that is signalled
	step       int64  // of its timestamp, since the frame before
	nal        nalScan
	second     int64 // when the next onSecond is due
	moved      movement
	ledger     [2]ledger // bytes of a direction, acknowledged by its peer
	pings      pings
	who        [2]Fingerprint // by decode.Direction
	seen       [2]sight
	closing    [2]closing
	first      decode.Direction // whose closing came first
	stopped    rowAt            // the client said that it stops
	over       rowAt            // the server said that the stream is over
	muted      int64            // timestamps may jump until then: a seek or pause
	paused     rowAt            // the player wants no media
	dry        rowAt            // the server said that no more comes for now
	flows      [2]mediaFlow
	holds      [2]hold        // by the direction of the bytes that wait
	told       [2]Hold        // likewise: what was told last, also of what is over
	hold       hold           // that onHeld is about
	around     session.Around // that onOuter is about
	polls      int64          // requests of a tunnel that brought nothing; 0 when there is no tunnel
	polled     int64          // when the latest was
	rejected   bool           // a TLS alert refused a certificate
	secret     bool           // TLS is encrypted
	relayed    bool           // the client is connected to a relay, whose address tcUrl names
	unreached  bool           // the relay could not connect to the server
	ended      bool
}

// rowAt is a row and its time; the zero value is no row.
type rowAt struct {
	row uint32
	at  int64
}

func (r rowAt) yes() bool { return r.row != 0 }

// sight is what can be seen of one direction.
type sight struct {
	last      rowAt  // message or part of a handshake
	end       int64  // offset after it
	blind     string // why nothing more can be read, in words
	foreign   bool   // it is another protocol, or encrypted: nobody lost the way
	lost      rowAt
	anomaly   rowAt // the first
	offset    int64 // of the first anomaly
	chunkSize uint32
	chunkRow  uint32 // of the last Set Chunk Size
	messages  int64
}

// closing is how a direction ended.
type closing struct {
	rowAt
	how session.How
}

// signal is what a rule can subscribe to.
type signal uint8

const (
	onHello   signal = iota // a part of the handshake, whole or cut
	onControl               // a message of type 1 to 7
	onCommand               // a command
	onData                  // a data message
	onOther                 // a message of any other type but audio and video
	onHeader                // any message with something unusual in its chunk headers
	onTrack                 // the first message of a track
	onConfig                // a sequence header
	onFirst                 // the first coded frame of a track
	onKey                   // a key frame
	onStep                  // a frame whose timestamp runs back, leaps, or crosses a limit
	onLimit                 // a frame less than a quarter of an hour before a timestamp at which something changes
	onOddTag                // an audio or video message that is not an ordinary frame
	onNAL                   // a frame whose NAL units do not fit or tell something
	onSecond                // media has gone on for another second
	onAborted               // a message that was not completed
	onAnomaly               // an anomaly
	onLost                  // framing was lost
	onDialect               // the decoder chose a reading where senders disagree
	onHeld                  // a receiver keeps bytes waiting, or no longer; there is no row
	onOuter                 // the protocol around RTMP said something; there is no row
	onClose                 // a side closed
	onEnd                   // both have closed, or the capture is over
	signals
)

func newView(j *Judge, number uint32) *view {
	v := &view{judge: j, number: number}
	v.seen[client].chunkSize, v.seen[server].chunkSize = 128, 128
	return v
}

// on subscribes to a signal.
func (v *view) on(s signal, f func(*session.Entry)) { v.hooks[s] = append(v.hooks[s], f) }

func (v *view) emit(s signal, e *session.Entry) {
	if !v.woken[s] {
		v.wake(s)
	}
	for _, f := range v.hooks[s] {
		f(e)
	}
}

// after sets a deadline, counted from the current row.
func (v *view) after(d time.Duration, do func()) *deadline {
	return v.judge.deadlines.add(&deadline{at: v.clock + int64(d), view: v, do: do})
}

// duration and number return a threshold by name.
func (v *view) duration(name string) time.Duration { return v.judge.config.duration(name) }
func (v *view) limit(name string) float64          { return v.judge.config.number(name) }

// since is how long ago a row was.
func (v *view) since(r rowAt) time.Duration { return time.Duration(v.clock - r.at) }

// isOpen reports whether nobody has closed yet.
func (v *view) isOpen() bool { return !v.closing[client].yes() && !v.closing[server].yes() && !v.ended }

// blindness says why a part of the session could not be read, or "".
func (v *view) blindness() string {
	for d := range v.seen {
		if v.seen[d].blind != "" {
			return v.seen[d].blind
		}
	}
	return ""
}

// confidence falls when the decoder had to choose, and more when it lost the
// framing: what follows may be its own mistake.
func (v *view) confidence() float64 {
	c := 1.0
	for d := range v.seen {
		switch s := &v.seen[d]; {
		case s.blind != "" && !s.foreign:
			c = min(c, 0.5)
		case v.seen[d].anomaly.yes():
			c = min(c, 0.8)
		}
	}
	return c
}

// entry takes in a row and signals what it means.
func (v *view) entry(e *session.Entry) {
	switch e.Kind {
	case session.Message:
		v.message(e)
	case session.Opened:
		v.opened(e)
	case session.Handshake:
		v.saw(e)
		v.hello.take(e)
		v.emit(onHello, e)
	case session.Aborted:
		v.header(e)
		v.emit(onAborted, e)
	case session.Anomaly, session.Lost, session.Gap:
		v.wrong(e)
	case session.Dialect:
		v.emit(onDialect, e)
	case session.Closed:
		v.closed(e)
	}
}

// opened keeps the addresses, which the row has in words only.
func (v *view) opened(e *session.Entry) {
	v.openedAt, v.openedRow, v.relayed = e.Time, e.Number, e.Relayed
	words := string(e.Summary)
	if _, to, ok := strings.Cut(words, " to "); ok {
		v.serverAddr, _, _ = strings.Cut(to, ": ")
	}
}

// saw notes that a direction goes on.
func (v *view) saw(e *session.Entry) {
	s := &v.seen[e.From]
	s.last = rowAt{e.Number, e.Time}
	if e.End > s.end {
		s.end = e.End
	}
}

// wrong notes anomalies, losses and gaps.
func (v *view) wrong(e *session.Entry) {
	s := &v.seen[e.From]
	switch e.Kind {
	case session.Anomaly:
		if !s.anomaly.yes() {
			s.anomaly, s.offset = rowAt{e.Number, e.Time}, e.Offset
		}
		v.emit(onAnomaly, e)
	case session.Lost:
		s.lost, s.foreign = rowAt{e.Number, e.Time}, e.Reason.Token == notRTMP || e.Reason.Token == "encrypted"
		s.blind = "the " + e.From.String() + "'s bytes could not be read from offset " + count(e.Offset) + " on: " + e.Reason.Text
		v.emit(onLost, e)
	case session.Gap:
		s.blind = "bytes of the " + e.From.String() + " are missing from the capture at offset " + count(e.Offset)
	}
}

// message sorts messages by what rules want of them.
func (v *view) message(e *session.Entry) {
	v.saw(e)
	v.seen[e.From].messages++
	v.header(e)
	v.ledger[e.From].sent = e.End
	switch {
	case chunk.IsMedia(e.Type):
		v.media(e)
	case e.Type <= chunk.TypeVirtualControl:
		v.control(e)
	case chunk.IsCommand(e.Type):
		v.command(e)
	case chunk.IsData(e.Type):
		v.data(e)
	default:
		v.emit(onOther, e)
	}
}

// header signals a message whose chunk headers are out of the ordinary.
func (v *view) header(e *session.Entry) {
	if e.Extended || e.Fmt == 3 || e.ChunkStream > 31 || e.StreamID > 0xffff || e.Length == 0 || e.Length > 1<<20 ||
		e.Type <= chunk.TypeSetPeerBandwidth && (e.ChunkStream != chunk.ControlStream || e.StreamID != 0) {
		v.emit(onHeader, e)
	}
}

// closed notes how a direction ended, and the end of the session.
func (v *view) closed(e *session.Entry) {
	other := v.closing[e.From.Peer()]
	v.unreached = v.unreached || unreached(e)
	if !v.closing[e.From].yes() {
		v.closing[e.From] = closing{rowAt{e.Number, e.Time}, e.How}
		if !other.yes() {
			v.first = e.From
		}
		v.emit(onClose, e)
	}
	if other.yes() || e.How == session.Reset {
		v.finish()
	}
}

// finish ends the session once and drops what only rules need.
func (v *view) finish() {
	if v.ended {
		return
	}
	v.emit(onEnd, nil)
	v.ended = true
	v.hooks = [signals][]func(*session.Entry){}
	v.up = nil
	v.judge.attempts.leave(v)
}

// rows lists rows that prove something.
func rows(n ...uint32) []uint32 { return n }

// key is the stream's name with its server and application: what two sessions
// have in common when they are about the same stream.
func (v *view) key(s *stream) string {
	return v.serverAddr + "\x00" + v.connect.app + "\x00" + s.name
}

// name is a stream's name, fit to be shown.
func (s *stream) marked() text.Marked { return text.SecretName(s.name) }
