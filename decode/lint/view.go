package lint

import (
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

const (
	client = decode.FromClient
	server = decode.FromServer
)

// view is what is known of one session, kept once for all rules. It follows
// the rows, and signals what rules want to look at; a rule subscribes with on.
// Of a session with a million frames only the irregular ones are signalled.
//
// Its parts are embedded, so that a rule writes v.connect or v.hello; what a
// rule wants to know of more than one part is a method.
type view struct {
	judge   *Judge
	number  uint32
	clock   int64 // time of the latest row or deadline
	hub           // who listens to what
	place         // between whom the connection is
	wire          // bytes: handshake, framing, acknowledgements
	spoken        // commands: what was asked for and answered, and the streams
	outside       // what the relay and the protocols around RTMP tell
	ending        // how it ended
	about         // what the row that is signalled is about
}

// place is between whom the connection is.
type place struct {
	openedAt   int64
	openedRow  uint32
	serverAddr string
	dialled    string         // what is being dialled, made safe; "" when it has answered or failed
	linkedAt   int64          // when it had answered; 0 when it was there from the beginning
	relayed    bool           // the client is connected to a relay, whose address tcUrl names
	who        [2]Fingerprint // by decode.Direction
}

// wire is what the bytes tell, whatever they mean.
type wire struct {
	hello  hello
	seen   [2]sight
	ledger [2]ledger // bytes of a direction, acknowledged by its peer
	pings  pings
	marks  [2]mark // the last message of each side that stands out
	controls
}

// spoken is what the two sides asked and answered.
type spoken struct {
	connect   connect
	requests  requests
	complaint complaint
	streams   []*stream // in the order in which they were created or first used
	knock     *stream   // stands for the connect itself among the attempts
}

// outside is what does not stand in the bytes of RTMP.
type outside struct {
	holds      [2]hold         // by the direction of the bytes that wait
	told       [2]session.Hold // likewise: what was told last, also of what is over
	paces      [2]pacing
	heldUntil  [2]int64            // when a hold of the direction was last told of
	tunnel     tunnel              // lines of HTTP, where RTMP belongs
	greeting   [2]session.Greeting // other protocols in its place
	polls      int64               // requests of a tunnel that brought nothing; 0 when there is no tunnel
	polled     int64               // when the latest was
	rejected   bool                // a TLS alert refused a certificate
	secret     bool                // TLS is encrypted
	challenged bool                // the server asked for a login
}

// ending is how the connection ended.
type ending struct {
	closing   [2]closing
	first     decode.Direction // whose closing came first
	serverTLS serverTLS
	unreached bool // the relay could not connect to the server
	ours      bool // neither peer closed first: the relay did, or nobody knows
	ended     bool
}

// about is what a signal is about. It is valid while a rule is called, and only
// what the signal's comment names is set.
type about struct {
	reply   *request // what the row of an onCommand signal answers, or nil
	stream  *stream  // of the row, or nil
	track   *track   // of the row
	before  *track   // of onCodec: the one whose place it takes
	step    int64    // of its timestamp, since the frame before
	nal     nalScan
	foreign media.Foreign
	hold    hold           // that onHeld is about
	pace    pacing         // that onPaced is about
	around  session.Around // that onOuter is about
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
	missing   Missing
	blindFrom uint32 // row from which on not everything was read, or 0
	foreign   bool   // it is another protocol, or encrypted: nobody lost the way
	lost      rowAt
	anomaly   rowAt // the first
	offset    int64 // of the first anomaly
	chunkSize uint32
	chunkRow  uint32 // of the last Set Chunk Size
	messages  int64
}

// goneBlind notes from which row on the direction cannot be read.
func (s *sight) goneBlind(e *session.Entry) {
	if s.blindFrom == 0 {
		s.blindFrom = e.Number
	}
}

// closing is how a direction ended.
type closing struct {
	rowAt
	how session.How
}

func newView(j *Judge, number uint32) *view {
	v := &view{judge: j, number: number}
	v.seen[client].chunkSize, v.seen[server].chunkSize = 128, 128
	return v
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
	case session.Opened, session.Connected:
		v.opened(e)
	case session.Secured:
		v.secured(e)
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
	case session.Tallied:
		v.tallied(e)
	case session.Closed:
		v.closed(e)
	}
}

// opened keeps who is at the two ends.
func (v *view) opened(e *session.Entry) {
	if e.Kind == session.Connected {
		v.dialled, v.linkedAt, v.serverAddr = "", e.Time, e.Server
		return
	}
	v.openedAt, v.openedRow, v.relayed, v.serverAddr = e.Time, e.Number, e.Relayed, e.Server
	if e.Waits {
		v.dialled = e.Facts.Upstream()
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

// tallied notes that a direction goes on with messages that are only counted.
func (v *view) tallied(e *session.Entry) {
	v.saw(e)
	for _, t := range e.Tallies {
		v.seen[e.From].messages += t.Count
	}
	v.ledger[e.From].sent = max(v.ledger[e.From].sent, e.End)
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
		s.lost, s.foreign = rowAt{e.Number, e.Time}, e.Reason.Token == decode.TokenNotRTMP || e.Reason.Token == decode.TokenEncrypted
		s.goneBlind(e)
		s.blind = "the " + e.From.String() + "'s bytes could not be read from offset " + count(e.Offset) + " on: " + e.Reason.Text
		v.emit(onLost, e)
	case session.Gap:
		s.goneBlind(e)
		s.missing.add(e)
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
	case e.Type == chunk.TypeAggregate:
		v.emit(onOther, e)
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
	v.notes(e)
}

// header signals a message whose chunk headers are out of the ordinary.
func (v *view) header(e *session.Entry) {
	if e.Extended || e.Fmt == 3 || e.ChunkStream > 31 || e.StreamID > 0xffff || e.Length == 0 || e.Length > 1<<20 ||
		e.Type <= chunk.TypeSetPeerBandwidth && (e.ChunkStream != chunk.ControlStream || e.StreamID != 0) {
		v.emit(onHeader, e)
	}
}

// rows lists rows that prove something.
func rows(n ...uint32) []uint32 { return n }
