package export

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// maxSteps bounds the memory of a report: of rungs beyond that, in all sessions
// together, each session keeps only the first minSteps. The others are counted.
const (
	maxSteps = 100_000
	minSteps = 40
)

// maxName is how many characters a name on an arrow may have.
const maxName = rungWidth - 7

// stepKind says what a rung of the ladder is.
type stepKind uint8

const (
	arrowStep stepKind = iota // something that one side sent
	runStep                   // audio and video, and acknowledgements between
	phaseStep                 // a new phase begins
	eventStep                 // something that happened to the connection or the bytes
	findStep                  // a finding
)

// step is one rung of a ladder. Its texts are fit to show.
type step struct {
	Kind        stepKind
	First, Last uint32 // rows
	At, Until   time.Duration
	Start       time.Time // of the row, for phases
	From        decode.Direction
	Both        bool // a run in both directions
	Label, Text string
	Stream      string // message stream and timestamp
	phase       session.Phase
	Bad         bool

	audio, video, keys, acks, bytes int64
	ts, lastTS                      uint32
}

// ladder collects the rungs of one session.
type ladder struct {
	opts    *Options
	Steps   []step
	Left    int  // rungs left out
	room    *int // how many more rungs the report has room for
	phase   session.Phase
	started bool
	headers map[tagKey][]byte // hashes of the sequence headers shown last
}

// tagKey tells sequence headers apart.
type tagKey struct {
	lane
	typ uint8
}

// add takes one row.
func (l *ladder) add(e *session.Entry) {
	l.enter(e)
	switch {
	case l.isPlain(e):
		l.run(e)
	case e.Kind == session.Message && e.Type == chunk.TypeAcknowledgement && l.running() != nil:
		l.running().acks++
		l.running().Last = e.Number
	default:
		l.put(l.rung(e))
	}
}

// enter begins a phase.
func (l *ladder) enter(e *session.Entry) {
	if l.started && e.Phase == l.phase {
		return
	}
	l.started, l.phase = true, e.Phase
	l.put(step{Kind: phaseStep, First: e.Number, Last: e.Number, At: e.Elapsed, Start: e.At(), phase: e.Phase, Label: e.Phase.String()})
}

// name names the phases as they are named everywhere, once it is known what the
// client came for.
func (l *ladder) name(i *session.Info) {
	for k := range l.Steps {
		if s := &l.Steps[k]; s.Kind == phaseStep {
			s.Label = i.PhaseName(s.phase)
		}
	}
}

func (l *ladder) put(s step) {
	if *l.room <= 0 && len(l.Steps) >= minSteps {
		l.Left++
		return
	}
	*l.room--
	l.Steps = append(l.Steps, s)
}

// isPlain reports whether a row is media that a run may hide: not a sequence
// header that is new.
func (l *ladder) isPlain(e *session.Entry) bool {
	if !e.IsMedia() {
		return false
	}
	if e.Flags&session.SequenceHeader == 0 {
		return e.Flags&(session.Short|session.EndOfSequence) == 0
	}
	if l.headers == nil {
		l.headers = map[tagKey][]byte{}
	}
	sum := sha256.Sum256(e.Body)
	key := tagKey{lane{e.Session, e.From, e.StreamID}, e.Type}
	if bytes.Equal(l.headers[key], sum[:]) {
		return true
	}
	l.headers[key] = sum[:]
	return false
}

// running returns the run at the end, or nil.
func (l *ladder) running() *step {
	if n := len(l.Steps); n > 0 && l.Steps[n-1].Kind == runStep {
		return &l.Steps[n-1]
	}
	return nil
}

// run adds a media row to the run at the end, or begins one.
func (l *ladder) run(e *session.Entry) {
	s := l.running()
	if s == nil {
		l.put(step{Kind: runStep, First: e.Number, At: e.Elapsed, From: e.From, ts: e.Timestamp})
		if s = l.running(); s == nil {
			return // the ladder is full
		}
	}
	s.Last, s.Until, s.lastTS = e.Number, e.Elapsed, e.Timestamp
	s.bytes += int64(e.Length)
	s.Both = s.Both || s.From != e.From
	if e.Type == chunk.TypeAudio {
		s.audio++
		return
	}
	s.video++
	if e.Flags&session.KeyFrame != 0 {
		s.keys++
	}
}

// rung is one row on its own.
func (l *ladder) rung(e *session.Entry) step {
	s := step{First: e.Number, Last: e.Number, At: e.Elapsed, Until: e.Elapsed, From: e.From,
		Label: l.opts.title(e), Text: l.opts.show(e.Summary), Bad: alarm(e) != ""}
	switch e.Kind {
	case session.Handshake, session.Message:
	case session.Found:
		s.Kind, s.Bad = findStep, e.Severity >= session.Warning
		s.Label = e.Severity.String() + " " + e.Name
	default:
		s.Kind = eventStep
	}
	if e.HasTimestamp() && e.StreamID > 0 {
		s.Stream = fmt.Sprintf("stream %d at %d ms", e.StreamID, e.Timestamp)
	}
	if e.ReplyTo > 0 && e.Kind == session.Message {
		s.Text += fmt.Sprintf(" (answers row %d after %s)", e.ReplyTo, session.Duration(e.RTT))
	}
	return s
}

// Words describes a run.
func (s *step) Words() string {
	if s.Kind != runStep {
		return s.Text
	}
	words := fmt.Sprintf("%s, %s in %s, timestamps %d to %d", counted(s.video, "video message"), text.Size(s.bytes),
		session.Duration(s.Until-s.At), s.ts, s.lastTS)
	words = counted(s.audio, "audio message") + ", " + words
	if s.keys > 0 {
		words += ", " + counted(s.keys, "keyframe")
	}
	if s.acks > 0 {
		words += ", " + counted(s.acks, "acknowledgement")
	}
	return words
}

// Name is what stands on the arrow.
func (s *step) Name() string {
	if s.Kind == runStep {
		return fmt.Sprintf("media ×%d", s.audio+s.video)
	}
	name := []rune(s.Label)
	if len(name) > maxName {
		name = append(name[:maxName-1], '…')
	}
	return string(name)
}

func counted(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
