package diff

import (
	"slices"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// maxGroups is how many distances between keyframes are kept; their median
// needs no more.
const maxGroups = 64

// track counts the frames of one side, audio or video.
type track struct {
	step                int
	n, bytes            int64
	row                 uint32 // of the first frame
	first, last         uint32 // timestamps
	firstTime, lastTime int64  // Unix nanoseconds
	codecs              []media.Codec
	configured          bool
	bare                bool // the first frame came before a configuration it needs
	startsKey           bool
	keyAt               uint32
	keys                int64
	groups              []uint32 // milliseconds between keyframes
	back                int64    // timestamps that went backwards
	backRow             uint32
	jump                uint32 // largest step forward
	jumpRow             uint32
	formats             [4]int64
	extended            int64
	extendedRow         uint32
	chunkStreams        []uint32
	shifted             int64         // frames with a composition time
	pause               time.Duration // longest time without a frame
	pauseRow            uint32        // the frame before it
	lastRow             uint32
	streamID            uint32
}

// frame takes one frame.
func (t *track) frame(e *session.Entry) {
	tag := e.Message.Tag
	if t.n == 0 {
		t.row, t.first, t.firstTime, t.keyAt, t.last = e.Number, e.Timestamp, e.Time, e.Timestamp, e.Timestamp
		t.startsKey, t.streamID = tag.Key, e.StreamID
		t.bare = !t.configured && needsConfiguration(tag.Codec)
	}
	t.n++
	t.bytes += int64(e.Length)
	t.formats[e.Fmt&3]++
	t.timestamp(e)
	t.silence(e)
	t.lastTime, t.lastRow = e.Time, e.Number
	if tag.CompositionTime != 0 {
		t.shifted++
	}
	if len(t.chunkStreams) < 8 && !slices.Contains(t.chunkStreams, e.ChunkStream) {
		t.chunkStreams = append(t.chunkStreams, e.ChunkStream)
	}
	if len(t.codecs) < 8 && !slices.Contains(t.codecs, tag.Codec) {
		t.codecs = append(t.codecs, tag.Codec)
	}
	t.key(tag, e.Timestamp)
}

// silence takes in for how long there was no frame before this row.
func (t *track) silence(e *session.Entry) {
	if d := time.Duration(e.Time - t.lastTime); t.lastRow > 0 && d > t.pause {
		t.pause, t.pauseRow = d, t.lastRow
	}
}

// wide counts extended timestamps; the codec configuration may be the only
// message that needs one, when the others carry differences.
func (t *track) wide(e *session.Entry) {
	if !e.Extended {
		return
	}
	if t.extended++; t.extendedRow == 0 {
		t.extendedRow = e.Number
	}
}

// timestamp follows the timestamps; they wrap, so a step is a signed difference.
func (t *track) timestamp(e *session.Entry) {
	step := int32(e.Timestamp - t.last)
	switch {
	case step < 0:
		if t.back++; t.backRow == 0 {
			t.backRow = e.Number
		}
	case uint32(step) > t.jump:
		t.jump, t.jumpRow = uint32(step), e.Number
	}
	t.last = e.Timestamp
}

func (t *track) key(tag media.Tag, at uint32) {
	if !tag.Key {
		return
	}
	if t.keys++; t.keys > 1 && len(t.groups) < maxGroups {
		t.groups = append(t.groups, at-t.keyAt)
	}
	t.keyAt = at
}

// needsConfiguration reports whether frames of the codec cannot be decoded
// without a sequence header.
func needsConfiguration(c media.Codec) bool {
	switch c {
	case media.AVC, media.HEVC, media.VVC, media.AV1, media.AAC:
		return true
	}
	return false
}

// seconds is how much media time the track covers.
func (t *track) seconds() float64 { return float64(int32(t.last-t.first)) / 1000 }

// rate is frames a second, 0 when too little was seen.
func (t *track) rate() float64 {
	if t.n < 25 || t.seconds() < 1 {
		return 0
	}
	return float64(t.n-1) / t.seconds()
}

// kbits is the bit rate in kbit/s, 0 when too little was seen.
func (t *track) kbits() float64 {
	if t.rate() == 0 || t.seconds() < 3 {
		return 0
	}
	return float64(t.bytes) * 8 / 1000 / t.seconds()
}

// pace is media time by clock time: 1 is real time. 0 when too little was seen. A
// server that has a group of pictures in store sends it at once, so that a short play
// runs ahead.
func (t *track) pace() float64 {
	took := time.Duration(t.lastTime - t.firstTime).Seconds()
	if t.seconds() < 3 || took <= 0 {
		return 0
	}
	return t.seconds() / took
}

// group is the median distance of keyframes in milliseconds, 0 when unknown.
func (t *track) group() uint32 {
	if len(t.groups) < 2 {
		return 0
	}
	g := slices.Clone(t.groups)
	slices.Sort(g)
	return g[len(g)/2]
}

// interleave follows how one side mixes audio and video.
type interleave struct {
	seen  [2]bool
	at    [2]uint32
	apart uint32 // largest distance of the two timestamps, in milliseconds
	row   uint32
	run   int // frames of one kind in a row
	kind  int
	most  int
}

func (i *interleave) frame(e *session.Entry) {
	kind := int(e.Type - chunk.TypeAudio)
	if kind != i.kind {
		i.kind, i.run = kind, 0
	}
	i.run++
	i.seen[kind], i.at[kind] = true, e.Timestamp
	if !i.seen[0] || !i.seen[1] {
		return
	}
	i.most = max(i.most, i.run)
	d := i.at[0] - i.at[1]
	if d = min(d, -d); d > i.apart {
		i.apart, i.row = d, e.Number
	}
}

// transactions follows how one side numbers its requests.
type transactions struct {
	n      int
	last   float64
	broken bool // not one more than the last
	repeat bool // not more than the last
	row    uint32
}

func (t *transactions) note(m *message.Parsed, e *session.Entry) {
	if !m.HasTransaction || m.Transaction == 0 || e.Flags&session.Request == 0 {
		return
	}
	if t.n > 0 && m.Transaction != t.last+1 {
		t.broken = true
		if t.row == 0 {
			t.row = e.Number
		}
		t.repeat = t.repeat || m.Transaction <= t.last
	}
	t.n++
	t.last = m.Transaction
}

// words names the habit, "" when too little was seen.
func (t *transactions) words() string {
	switch {
	case t.n < 3:
		return ""
	case t.repeat:
		return "repeats transaction IDs or counts back"
	case t.broken:
		return "leaves transaction IDs out"
	}
	return "counts transaction IDs up by one"
}

// transactionWords says what is compared of one transaction ID: a connect must
// have 1 (RTMP 1.0 §7.2.1.1); of others only whether an answer is wanted.
func transactionWords(m *message.Parsed) string {
	switch {
	case !m.HasTransaction:
		return "none"
	case m.Command == "connect":
		return string(amf.AppendText(nil, &amf.Value{Kind: amf.Number, Number: m.Transaction}, amf.TextOptions{}))
	case m.Transaction == 0:
		return "0"
	}
	return "given"
}

// acks follows acknowledgements and pings of one side.
type acks struct {
	n, pings, pongs int64
	row, pingRow    uint32
	first           uint32 // sequence number of the first acknowledgement
	pingAfter       time.Duration
}

func (a *acks) note(e *session.Entry) {
	if a.n++; a.n == 1 {
		a.row, a.first = e.Number, e.Message.Value
	}
}

func (a *acks) ping(e *session.Entry) {
	if e.Message.Event == 7 {
		a.pongs++
		return
	}
	if a.pings++; a.pings == 1 {
		a.pingRow, a.pingAfter = e.Number, e.Elapsed
	}
}
