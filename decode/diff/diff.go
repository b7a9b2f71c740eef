// Package diff compares two RTMP sessions: "it works with X, not with Y".
//
// A [Collector] takes the entries of a timeline, one after the other, and keeps
// a summary of each session in bounded memory. [Choose] picks the two sessions
// that belong together, [Compare] aligns them step by step and says where they
// differ: the first meaningful difference, then the others in the order in which
// they are likely to matter. Package ui/diff writes a [Result].
//
// What must differ between any two sessions is left out: times, random bytes,
// ports, transaction numbers, acknowledged byte counts, and, unless asked for,
// hosts and stream names. So the same program against the same server twice
// gives no difference.
//
// # Findings, endings, pace
//
// The package reads no captures and does not judge: which of two habits is right
// is the business of decode/lint. What its rules found arrives as rows of the
// timeline, and is compared like everything else: by rule and side, as it stood
// last, an error as decisive, a warning as notable. Notes are habits, which the
// steps tell, and are left out. So a good session beside one that froze, crawled or was
// cut off names exactly that first, at the row where it could be known.
//
// An ending counts only where a peer chose it. A session that rtmpscope ended, or
// that was still open when the capture ended, has an unknown ending: nothing is said
// of who closed, nor of what the other session did to say goodbye, or later than this
// one was watched. Notes of the result say so.
//
// Pace is media time against the clock, and the longest time without a frame.
package diff

import "github.com/rtmpscope/rtmpscope/decode/text"

// Options say what is compared and named.
type Options struct {
	// Names compares stream names, credentials and hosts too.
	Names bool
}

// Importance says how likely a difference is the reason for another outcome.
type Importance uint8

// The degrees of importance, least first.
const (
	Minor    Importance = iota + 1 // versions, wording, optional messages
	Notable                        // another way to speak, which some peers do not accept
	Decisive                       // another outcome: refused, unanswered, closed, framing lost
)

// String is the importance as it stands in JSON.
func (i Importance) String() string { return [...]string{"", "minor", "notable", "decisive"}[i] }

// Area is the part of a session to which a difference belongs, as it stands in
// JSON.
type Area string

// The areas.
const (
	Handshake Area = "handshake"
	Command   Area = "command"  // what is asked or said, and in which order
	Answer    Area = "answer"   // status codes, and whether an answer comes at all
	Control   Area = "control"  // protocol control and user control messages
	Codec     Area = "codec"    // what the codec configurations say
	Metadata  Area = "metadata" // data messages
	Chunks    Area = "chunks"   // chunk streams, formats, extended timestamps
	Cadence   Area = "cadence"  // rates, keyframes, timestamps, interleaving
	Latency   Area = "latency"  // how long answers take
	Framing   Area = "framing"  // anomalies, losses and gaps
	Ending    Area = "ending"   // who closed, and how
	Found     Area = "finding"  // what the rules found
)

// Difference is one thing in which the sessions differ.
type Difference struct {
	Area       Area
	Importance Importance
	Text       text.Marked // one sentence
	A, B       Place
	// Follows is set when the difference comes after a decisive one, and is
	// probably its consequence.
	Follows bool
	at      float64 // where it stands among the steps of A
}

// Place is one session's side of a difference.
type Place struct {
	// Row and Last are the numbers of the first and last row it is about, 0 when
	// the session has none.
	Row, Last uint32
	Text      text.Marked // what the session says there
}

// Result is a comparison.
type Result struct {
	A, B Head
	// Differences begins with the first meaningful one of the session; then come
	// the others by importance, those that follow from a decisive one last.
	Differences []Difference
	// SameA and SameB are the last rows up to which both sessions say the same,
	// 0 when not even the first step agrees.
	SameA, SameB uint32
	// Notes say what limits the comparison.
	Notes []string
}

// Head describes one of the sessions.
type Head struct {
	File     string // safe to show
	Session  uint32
	Of       int    // sessions in the file
	Chosen   string // why this one, "" when it was asked for or is the only one
	Role     string
	Agent    text.Marked // flashVer of the connect
	Engine   text.Marked // fmsVer of the answer
	Messages int64
	Outcome  text.Marked // how it went, in words
	Ending   Ender
}

// Ender is who ended a session, as it stands in JSON.
type Ender string

// Who can end a session. It is unknown how one would have ended that rtmpscope cut off,
// or that the capture does not show to its end.
const (
	EndedByClient Ender = "client"
	EndedByServer Ender = "server"
	EndUnknown    Ender = "unknown"
)

// Equal reports whether nothing differs.
func (r *Result) Equal() bool { return len(r.Differences) == 0 }

// Compare compares two sessions. It changes neither.
func Compare(a, b *Session, o Options) *Result {
	c := newComparison(a, b, o)
	c.steps()
	c.answers()
	c.onlyOne()
	c.moved()
	c.endings()
	c.findings()
	c.tracks()
	c.habits()
	c.marks()
	r := &Result{A: a.head(), B: b.head(), Differences: c.found, Notes: c.notes()}
	c.rank(r)
	return r
}
