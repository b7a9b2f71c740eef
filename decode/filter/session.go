package filter

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/session"
)

// Session is a session as a filter sees it.
type Session struct {
	session.Info
	Client, Server string // the programs as they were recognised, "" when they were not
	Also           string // further words that a list shows of it
}

// sessionPrefix stands before a fact of the session when a filter selects rows.
const sessionPrefix = "session."

// sessionField is a fact of a session. Exactly one of number and text is set.
type sessionField struct {
	name   string
	help   string
	values []string
	number func(*Session) float64
	text   func(*Session) string
}

// sessionFields are what a filter can ask of a session. Those that check --json has
// too are called as there.
var sessionFields = []sessionField{
	{name: "number", help: "number of the session, from 1", number: func(s *Session) float64 { return float64(s.Number) }},
	{name: "role", help: "what the client came for", values: []string{"publish", "play"}, text: func(s *Session) string { return s.Role.String() }},
	{name: "app", help: "application of connect", text: func(s *Session) string { return s.App.Show(true) }},
	{name: "stream", help: "first name that was published or played", text: func(s *Session) string { return s.Stream.Show(true) }},
	{name: "tc_url", help: "tcUrl of connect", text: func(s *Session) string { return s.TCURL.Show(true) }},
	{name: "client", help: "address of the client: 10.0.0.5:51000", text: func(s *Session) string { return s.Info.Client }},
	{name: "server", help: "address of the server", text: func(s *Session) string { return s.Info.Server }},
	{name: "program", help: "program of the client, such as OBS Studio, or else its flashVer", text: func(s *Session) string { return known(s.Client, s.Agent.Show(true)) }},
	{name: "server_program", help: "program of the server, such as nginx-rtmp, or else its fmsVer", text: func(s *Session) string { return known(s.Server, s.Engine.Show(true)) }},
	{name: "state", help: "whether it still goes on", values: []string{"open", "ended"}, text: state},
	{name: "phase", help: "how far it came before it was closed", values: phases(), text: phase},
	{name: "ended", help: "who closed it and how, in words", text: func(s *Session) string { return s.Ended }},
	{name: "trouble", help: "the worst refusal, loss or reset, in words", text: func(s *Session) string { return s.Trouble }},
	{name: "refusal", help: "status code, or command, of the first refusal", text: func(s *Session) string { return s.Refusal }},
	{name: "time", help: "when it was opened, as text in UTC", text: func(s *Session) string { return s.OpenedAt.UTC().Format(timeFormat) }},
	{name: "lasted", help: "seconds from its opening to its last record", number: lasted},
	{name: "bytes", help: "bytes of both directions", number: func(s *Session) float64 { return float64(s.Bytes[0] + s.Bytes[1]) }},
	{name: "bitrate", help: "bits a second of both directions, over its whole life", number: bitrate},
	{name: "messages", help: "messages of both directions", number: func(s *Session) float64 { return float64(s.Messages[0] + s.Messages[1]) }},
	{name: "audio", help: "audio messages", number: func(s *Session) float64 { return float64(s.Audio) }},
	{name: "video", help: "video messages", number: func(s *Session) float64 { return float64(s.Video) }},
	{name: "streams", help: "how often something was published or played", number: func(s *Session) float64 { return float64(s.Streams) }},
	{name: "unanswered", help: "requests without an answer", number: func(s *Session) float64 { return float64(len(s.Pending)) }},
	{name: "findings", help: "findings of all severities", number: func(s *Session) float64 {
		return float64(s.Findings[session.Note] + s.Findings[session.Warning] + s.Findings[session.Error])
	}},
	{name: "errors", help: "findings that are errors", number: func(s *Session) float64 { return float64(s.Findings[session.Error]) }},
	{name: "warnings", help: "findings that are warnings", number: func(s *Session) float64 { return float64(s.Findings[session.Warning]) }},
	{name: "severity", help: "of the worst finding", values: severities, text: func(s *Session) string { return s.Worst.String() }},
}

var severities = []string{"note", "warning", "error"}

var sessionFieldByName = func() map[string]*sessionField {
	m := map[string]*sessionField{}
	for i := range sessionFields {
		m[sessionFields[i].name] = &sessionFields[i]
	}
	return m
}()

// sessionNames are the names of the facts, behind a prefix.
func sessionNames(prefix string) (out []string) {
	for i := range sessionFields {
		out = append(out, prefix+sessionFields[i].name)
	}
	return out
}

func phases() (out []string) {
	for p := session.PhaseHandshake; p < session.PhaseClose; p++ {
		out = append(out, p.String())
	}
	return out
}

// phase is the last one before the session was closed.
func phase(s *Session) string {
	last := session.PhaseHandshake
	for _, stage := range s.Stages {
		if stage.Phase < session.PhaseClose {
			last = stage.Phase
		}
	}
	return last.String()
}

// known is the name of a program, or how it calls itself.
func known(name, itself string) string {
	if name != "" {
		return name
	}
	return itself
}

func state(s *Session) string {
	if s.Open && s.Ended == "" {
		return "open"
	}
	return "ended"
}

func lasted(s *Session) float64 { return seconds(s.LastAt.Sub(s.OpenedAt)) }

// shortestRate is what a mean needs to say anything.
const shortestRate = 0.1 // seconds

func bitrate(s *Session) float64 {
	if lasted(s) < shortestRate {
		return absent
	}
	return float64(s.Bytes[0]+s.Bytes[1]) * 8 / lasted(s)
}

// asField is the fact as a field of whatever the filter looks at.
func (f *sessionField) asField(name string) *field {
	out := &field{name: name, help: f.help, values: f.values, needs: needsSession}
	if f.number != nil {
		out.number = func(s *subject) float64 {
			if about := s.about(); about != nil {
				return f.number(about)
			}
			return absent
		}
		return out
	}
	out.text = func(s *subject) string {
		if about := s.about(); about != nil {
			return f.text(about)
		}
		return ""
	}
	return out
}

// about is the session that the subject is, or to which its row belongs; nil when
// nothing is known of it. It is looked up once for the rows that follow each other.
func (s *subject) about() *Session {
	n := s.row.Session
	switch {
	case s.session != nil && s.session.Number == n:
		return s.session
	case s.knowing != nil:
		s.session = s.knowing(n)
	case s.timeline != nil && n > 0 && int(n) <= s.timeline.SessionCount():
		s.session = &Session{Info: s.timeline.Session(n)}
	default:
		return nil
	}
	return s.session
}

// SessionFilter selects sessions, in the same language. It never changes and is safe
// for concurrent use.
type SessionFilter struct {
	text  string
	match func(*subject) bool
}

// CompileSessions reads a filter for sessions: facts may stand with or without
// "session." before them, and words are searched for in all that a list shows of a
// session. The empty text selects every one. An error is always an [*Error].
func CompileSessions(text string) (*SessionFilter, error) {
	t, err := (&compiler{text: text, sessions: true}).whole()
	if err != nil {
		return nil, err
	}
	return &SessionFilter{text: text, match: t.truth}, nil
}

// String is the text that the filter was compiled from.
func (f *SessionFilter) String() string { return f.text }

// Match reports whether a session is selected.
func (f *SessionFilter) Match(s *Session) bool {
	return f.match(&subject{row: session.Row{Session: s.Number}, session: s})
}

// inSession reports whether a text occurs in what a list shows of a session.
func inSession(word string) func(*subject) bool {
	word = strings.ToLower(word)
	return func(s *subject) bool {
		about := s.about()
		if about == nil {
			return false
		}
		for _, shown := range []string{about.Info.Client, about.Info.Server, about.Role.String(), about.App.Show(true), about.Stream.Show(true),
			about.App.Show(true) + "/" + about.Stream.Show(true), about.Agent.Show(true), about.Engine.Show(true), about.Client, about.Server, about.Phase.String(), about.Trouble, about.Ended, about.Also} {
			if containsFold(shown, word) {
				return true
			}
		}
		return false
	}
}

// sessionTrouble is ~err of a session: something was refused, lost or reset, or found
// to be a warning or worse.
var sessionTrouble = &field{name: "~err", help: "sessions in which something went wrong", truth: func(s *subject) bool {
	about := s.about()
	return about != nil && (about.Trouble != "" || about.Worst >= session.Warning)
}}
