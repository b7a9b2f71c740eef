package filter

import (
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// timeFormat is that of JSONL. Times of one length in UTC compare like texts.
const timeFormat = "2006-01-02T15:04:05.000000000Z07:00"

// field is a name that an expression can use: those of JSONL, and facts that a
// list shows without a word. Exactly one of number, text and truth is set.
type field struct {
	name   string
	help   string
	needs  needs
	values []string // all that a text can be, if that is known
	number func(*subject) float64
	text   func(*subject) string
	truth  func(*subject) bool
}

// fields is in the order of JSONL.
var fields = []field{
	{name: "row", help: "number of the row, from 1", number: func(s *subject) float64 { return float64(s.number) }},
	{name: "session", help: "number of the session, from 1", number: func(s *subject) float64 { return float64(s.row.Session) }},
	{name: "time", help: "when, as text in UTC: time > \"2026-01-31T12:00\"", text: func(s *subject) string { return s.row.At().Format(timeFormat) }},
	{name: "elapsed", help: "seconds since the session was opened", number: (*subject).elapsed},
	{name: "kind", help: "what the row reports", values: kinds, text: func(s *subject) string { return s.row.Kind.String() }},
	{name: "from", help: "who sent it", values: []string{"client", "server"}, text: from},
	{name: "offset", help: "of the first byte in its direction", number: offset},
	{name: "type", help: "message type ID: 8 audio, 9 video, 20 command", number: header(func(s *subject) float64 { return float64(s.row.Type) })},
	{name: "name", help: "what the message or event is called", text: func(s *subject) string { return s.words().Name }},
	{name: "command", help: "name of a command or data message", text: func(s *subject) string { return s.words().Command }},
	{name: "transaction", help: "transaction ID of a command", needs: needsEntry, number: transaction},
	{name: "code", help: "status code, such as NetStream.Play.Start", text: func(s *subject) string { return s.words().Code }},
	{name: "chunk_stream", help: "chunk stream ID", number: header(func(s *subject) float64 { return float64(s.row.ChunkStream) })},
	{name: "message_stream", help: "message stream ID", number: header(func(s *subject) float64 { return float64(s.row.StreamID) })},
	{name: "timestamp", help: "milliseconds", number: header(func(s *subject) float64 { return float64(s.row.Timestamp) })},
	{name: "length", help: "bytes of the body, of a handshake part or of a gap", number: length},
	{name: "chunks", help: "how many chunks carried the message", number: header(func(s *subject) float64 { return float64(s.row.Chunks) })},
	{name: "reply_to", help: "row that this one answers", number: replyTo},
	{name: "rtt", help: "seconds from that row to this one", number: (*subject).rtt},
	{name: "rule", help: "rule that reports a finding", text: rule},
	{name: "severity", help: "of a finding", values: []string{"note", "warning", "error"}, text: func(s *subject) string { return s.row.Severity.String() }},
	{name: "side", help: "whom a finding blames", needs: needsEntry, values: []string{"client", "server"}, text: side},
	{name: "over", help: "a finding that takes the place of an earlier one", truth: flag(session.Over)},
	{name: "summary", help: "the row in one line", text: (*subject).summary},
	{name: "codec", help: "of audio or video: AVC or h264, AAC or aac", values: codecs, text: codec},
	{name: "keyframe", help: "video: the tag says keyframe", truth: flag(session.KeyFrame)},
	{name: "refused", help: "a status of level error, an _error, a failed dial, a reset before the session was over", truth: flag(session.Refused)},
	{name: "reset", help: "one side ended with RST, at whatever time", truth: flag(session.ByReset)},
	{name: "unanswered", help: "a request without an answer so far", needs: needsAnswers, truth: (*subject).unanswered},
}

// shorthands are the words that begin with a tilde.
var shorthands = []field{
	{name: "~audio", help: "audio messages", truth: func(s *subject) bool { return s.isMedia() && s.row.Type == chunk.TypeAudio }},
	{name: "~video", help: "video messages", truth: func(s *subject) bool { return s.isMedia() && s.row.Type == chunk.TypeVideo }},
	{name: "~media", help: "audio and video messages", truth: (*subject).isMedia},
	{name: "~key", help: "video keyframes", truth: flag(session.KeyFrame)},
	{name: "~cmd", help: "commands", truth: (*subject).isCommand},
	{name: "~err", help: "what went wrong: refusals, anomalies, gaps, findings from warning on", truth: (*subject).isTrouble},
	{name: "~c2s", help: "sent by the client", truth: func(s *subject) bool { return from(s) == "client" }},
	{name: "~s2c", help: "sent by the server", truth: func(s *subject) bool { return from(s) == "server" }},
}

var (
	fieldByName     = index(fields)
	shorthandByName = index(shorthands)
	kinds           = kindNames()
	codecs          = codecNames()
)

func index(list []field) map[string]*field {
	m := map[string]*field{}
	for i := range list {
		m[list[i].name] = &list[i]
	}
	return m
}

func names(list []field) (out []string) {
	for _, f := range list {
		out = append(out, f.name)
	}
	return out
}

func kindNames() (out []string) {
	for k := session.Opened; k <= session.Noted; k++ {
		out = append(out, k.String())
	}
	return out
}

func codecNames() (out []string) {
	for c := media.UnknownCodec; c <= media.EAC3; c++ {
		out = append(out, c.String())
	}
	return out
}

// header is a number that only messages have.
func header(get func(*subject) float64) func(*subject) float64 {
	return func(s *subject) float64 {
		if !s.isMessage() {
			return absent
		}
		return get(s)
	}
}

func flag(f session.Flags) func(*subject) bool {
	return func(s *subject) bool { return s.row.Flags&f != 0 }
}

func from(s *subject) string {
	if s.row.Kind == session.Found {
		return ""
	}
	return s.row.From.String()
}

func offset(s *subject) float64 {
	if s.row.Kind.AboutConnection() || s.row.Kind == session.Found {
		return absent
	}
	return float64(s.row.Offset)
}

func length(s *subject) float64 {
	switch s.row.Kind {
	case session.Message, session.Aborted, session.Handshake, session.Gap, session.Tallied:
		return float64(s.row.Length)
	}
	return absent
}

func replyTo(s *subject) float64 {
	if !s.answers() {
		return absent
	}
	return float64(s.row.ReplyTo)
}

func transaction(s *subject) float64 {
	e := s.whole()
	if e == nil || !e.Message.HasTransaction {
		return absent
	}
	return e.Message.Transaction
}

func rule(s *subject) string {
	if s.row.Kind != session.Found {
		return ""
	}
	return s.words().Name
}

func side(s *subject) string {
	e := s.whole()
	if e == nil || e.Finding == nil {
		return ""
	}
	return e.Finding.Side.String()
}

func codec(s *subject) string {
	if !s.row.IsMedia() {
		return ""
	}
	return s.row.Codec.String()
}
