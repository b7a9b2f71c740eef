package check

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// title is the heading of a session.
func (s *Session) title(reveal bool) string {
	what := s.Info.Role.String()
	if what == "" {
		what = "no publish or play"
	}
	name := s.Info.App.Show(reveal)
	if stream := s.Info.Stream.Show(reveal); stream != "" {
		name += "/" + stream
	}
	more := ""
	switch n := len(s.Report.Streams); {
	case n == 2:
		more = " and another stream"
	case n > 2:
		more = fmt.Sprintf(" and %d other streams", n-1)
	}
	return strings.TrimSpace(fmt.Sprintf("session %d: %s %s%s", s.Info.Number, what, name, more))
}

// streams has a line for each of several streams; a session with one needs none.
func (s *Session) streams(reveal bool) (out []string) {
	if len(s.Report.Streams) < 2 {
		return nil
	}
	for i := range s.Report.Streams {
		x := &s.Report.Streams[i]
		out = append(out, fmt.Sprintf("%d: %s %s, %s, %s", x.ID, x.Role, x.Name.Show(reveal), session.Counted(x.Messages, "message")+" of media", x.Outcome()))
	}
	return out
}

// streamOf tells a track's stream from the others.
func (s *Session) streamOf(t lint.TrackReport) string {
	if len(s.Report.Streams) < 2 {
		return ""
	}
	return fmt.Sprintf("stream %d: ", t.StreamID)
}

// who says who the two ends are.
func who(f lint.Fingerprint, address string, reveal bool) string {
	if f.Name == "" {
		return "unknown program (" + address + ")"
	}
	s := f.Name
	if v := f.Version.Show(reveal); v != "" && v != f.Name {
		s += " " + v
	}
	return s + " (" + address + ")"
}

// evidence is what names a program, in one line.
func evidence(f lint.Fingerprint, reveal bool) string {
	said := make([]string, len(f.Evidence))
	for i, m := range f.Evidence {
		said[i] = m.Show(reveal)
	}
	return strings.Join(said, "; ")
}

// trackWords describes what was sent of one track.
func trackWords(t lint.TrackReport) string {
	kind := "audio"
	if t.Video {
		kind = "video"
	}
	if t.Track > 0 {
		kind += fmt.Sprintf(" track %d", t.Track)
	}
	s := fmt.Sprintf("%s from the %s: %s", kind, t.From, t.Codec)
	if t.Known {
		s = fmt.Sprintf("%s from the %s: %s", kind, t.From, t.Config.String())
	}
	s += ", " + session.Counted(t.Frames, "frame")
	if t.Video {
		s += fmt.Sprintf(" (%d key)", t.Keys)
	}
	s += ", " + size(t.Bytes)
	if ms := t.Moved.Milliseconds(); ms > 0 && t.Frames > 1 {
		s += fmt.Sprintf(", %.0f kbit/s over %s", float64(t.Bytes)*8/float64(ms), t.Moved)
	}
	return s
}

func size(n int64) string { return text.Size(n) }

// verdict is the session in one line: the gravest thing that is wrong with it,
// or who waits for whom, and how much more there is to say.
func (s *Session) verdict(reveal bool) string {
	findings := make([]session.Finding, len(s.Findings))
	for i := range s.Findings {
		findings[i] = s.Findings[i].Finding
	}
	return s.Report.Verdict(&s.Info, findings, func(m text.Marked) string { return m.Show(reveal) })
}

// waits is the heading of who waited for whom.
func (s *Session) waits() string {
	if s.Info.Open {
		return "waiting"
	}
	return "waited"
}

// lasted is how long the session was recorded.
func (s *Session) lasted() time.Duration { return s.Info.LastAt.Sub(s.Info.OpenedAt) }

// ended says who closed and how.
func (s *Session) ended() string { return cmp.Or(s.Info.Ended, "still open") }

// rows writes row numbers: "rows 12, 14", or "" when there are none.
func rows(list []uint32) string {
	if len(list) == 0 {
		return ""
	}
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = fmt.Sprint(r)
	}
	if len(list) == 1 {
		return "row " + words[0]
	}
	return "rows " + strings.Join(words, ", ")
}

// maxNumbers is how many sessions of a story are listed by number.
const maxNumbers = 12

// sessions writes the numbers of a story's sessions: "sessions 1, 2, 3".
func sessions(x session.Story) string {
	var words []string
	for i, n := range x.Sessions {
		if i == maxNumbers {
			words = append(words, "…", fmt.Sprint(x.Sessions[len(x.Sessions)-1]))
			break
		}
		words = append(words, fmt.Sprint(n))
	}
	return "sessions " + strings.Join(words, ", ")
}

// maxUnjudged is how many rules that could not be judged are named.
const maxUnjudged = 4

// unjudged tells which rules could not be judged in this session, and why: one
// line a reason.
func (s *Session) unjudged() (out []string) {
	rules := map[string][]string{}
	var reasons []string
	for _, u := range s.Report.Unjudged {
		if rules[u.Why] == nil {
			reasons = append(reasons, u.Why)
		}
		rules[u.Why] = append(rules[u.Why], u.Rule)
	}
	for _, why := range reasons {
		names := rules[why]
		which := strings.Join(names, ", ")
		if len(names) > maxUnjudged {
			which = fmt.Sprintf("%d rules (--json lists them)", len(names))
		}
		out = append(out, which+" could not be evaluated: "+why)
	}
	return out
}

// flow says what was sent and acknowledged in a direction.
func flow(d decode.Direction, i session.Info) string {
	return fmt.Sprintf("from the %s: %s in %s", d, size(i.Bytes[d]), session.Counted(i.Messages[d], "message"))
}
