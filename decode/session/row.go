package session

import (
	"strconv"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
)

// Kind says what a row of the timeline reports.
type Kind uint8

// The kinds of row, in JSONL by these names.
const (
	Opened    Kind = iota + 1 // the connection was opened
	Handshake                 // one part of the handshake
	Message                   // one whole message
	Aborted                   // a message that was not completed
	Anomaly                   // bytes that could not be taken at their word
	Lost                      // framing cannot be trusted from here on
	Gap                       // bytes that were not captured
	Closed                    // one side closed, or reset, the connection
	Found                     // a rule reports a finding
	Resynced                  // framing holds again from here on
	Dialect                   // a reading was chosen where real senders disagree
	Tallied                   // messages of one sender that came too fast to be read one by one
	Connected                 // the server was reached of a connection that was opened before
	Edited                    // the relay changed what one side sent
	Secured                   // what TLS is on the leg to one end
	Noted                     // what a person wrote about the row in ReplyTo, or the session: an entry without a number, never a row
)

var kindNames = [...]string{"", "opened", "handshake", "message", "aborted", "anomaly", "lost", "gap", "closed", "finding", "resynced", "dialect", "counted", "connected", "edited", "tls", "note"}

// String is the kind as it stands in JSONL.
func (k Kind) String() string { return kindNames[k] }

// AboutConnection reports whether such a row stands at no byte of a direction.
func (k Kind) AboutConnection() bool { return k == Opened || k == Connected || k == Secured }

// Flags are facts about a row that a list needs without decoding it again.
type Flags uint16

// The flags.
const (
	KeyFrame       Flags = 1 << iota // video: the tag says keyframe
	SequenceHeader                   // audio, video: a codec configuration
	EndOfSequence                    // audio, video: the codec's end marker
	Refused                          // a status of level error, an _error, a reset, a failed dial
	Request                          // a command that asks for an answer
	Short                            // audio, video: the body is too short for its header
	Incomplete                       // a part of the handshake that was cut
	ByReset                          // closed: with a reset, which may follow a FIN
	Over                             // a finding: it takes the place of an earlier one, see Finding.Over
)

// Row is one line of the timeline: at most 64 bytes, without pointers, never
// changed once it is written. Everything else about it is read again from the
// capture, or stands in the snapshot's texts.
type Row struct {
	Time        int64  // Unix nanoseconds, when the last byte was seen
	Offset      int64  // of the first byte in its direction
	Session     uint32 // from 1
	Timestamp   uint32 // milliseconds, absolute
	Length      uint32 // body bytes (of a gap: bytes missing; of an edit: bytes left out; of what is counted: bytes on the wire; capped)
	StreamID    uint32 // message stream ID
	ChunkStream uint32 // chunk stream ID
	Chunks      uint32 // of what is counted: messages, capped
	ReplyTo     uint32 // number of the row that this one answers, or 0
	text        uint32 // number of its text, or 0
	Flags       Flags
	Kind        Kind
	From        decode.Direction
	Type        uint8 // message type ID
	Codec       media.Codec
	Phase       Phase           // under which the row stands; see Info.Stages
	Severity    Severity        // of a finding
	Media       media.Kind      // audio, video: what it carries
	Frame       media.FrameType // video
}

// At is the time of the row.
func (r Row) At() time.Time { return time.Unix(0, r.Time).UTC() }

// IsMedia reports whether the row is an audio or video message: the kind of row
// of which there are thousands.
func (r Row) IsMedia() bool { return r.Kind == Message && chunk.IsMedia(r.Type) }

// mediaSummary is the summary of an audio or video row, made from the row
// alone so that it need not be kept.
func (r Row) mediaSummary() string {
	switch {
	case r.Length == 0 && r.Type == chunk.TypeVideo:
		return "empty video"
	case r.Length == 0:
		return "empty (silence)"
	case r.Flags&Short != 0:
		return strconv.Itoa(int(r.Length)) + " bytes, too short for its header"
	}
	what := r.mediaKind()
	if r.Media != media.Command {
		what = r.Codec.String() + " " + what
	}
	return what + ", " + strconv.Itoa(int(r.Length)) + " bytes"
}

// mediaKinds say what a row carries that is not a frame.
var mediaKinds = [...]string{
	media.UnknownKind: "message of a reserved type", media.SequenceHeader: "sequence header", media.EndOfSequence: "end of sequence",
	media.Metadata: "metadata (colorInfo)", media.Command: "video command", media.MultichannelConfig: "MultichannelConfig",
	media.MPEG2TSSequence: "MPEG2TSSequenceStart", media.Empty: "empty",
}

// mediaKind says what an audio or video row carries.
func (r Row) mediaKind() string {
	switch {
	case r.Media != media.Frame:
		return mediaKinds[r.Media]
	case r.Flags&KeyFrame != 0:
		return "keyframe"
	case r.Type == chunk.TypeVideo && (r.Frame == 0 || r.Frame > media.CommandFrame):
		return "frame of reserved type " + strconv.Itoa(int(r.Frame))
	}
	return "frame"
}

// Phase is how far a session has come.
type Phase uint8

// The phases, in the order of a healthy session.
const (
	PhaseHandshake Phase = iota
	PhaseConnect
	PhaseCreateStream
	PhaseStart // publish or play was sent
	PhaseMedia
	PhaseClose
)

var phaseNames = [...]string{"handshake", "connect", "create stream", "publish or play", "media", "close"}

// String names the phase.
func (p Phase) String() string { return phaseNames[p] }
