package check

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

type jsonResult struct {
	File         string            `json:"file"`
	Written      string            `json:"writtenBy,omitempty"`
	Began        *time.Time        `json:"began,omitempty"`
	Last         *time.Time        `json:"last,omitempty"`
	Worst        string            `json:"worst,omitempty"`
	Together     []jsonStory       `json:"together,omitempty"`
	Sessions     []jsonSession     `json:"sessions"`
	Expectations []jsonExpectation `json:"expectations,omitempty"`
}

// jsonStory is sessions that belong together.
type jsonStory struct {
	Kind     string   `json:"kind"` // "attempts" or "rivals"
	Sessions []uint32 `json:"sessions"`
	Story    string   `json:"story"`
}

type jsonExpectation struct {
	Text string `json:"text"`
	Met  bool   `json:"met"`
	Row  uint32 `json:"row,omitempty"`
	// Unmet lists the sessions that do not show it.
	Unmet []uint32 `json:"unmet,omitempty"`
}

type jsonSession struct {
	Session  uint32        `json:"session"`
	Role     string        `json:"role,omitempty"`
	App      string        `json:"app,omitempty"`
	Stream   string        `json:"stream,omitempty"`
	Client   jsonEnd       `json:"client"`
	Server   jsonEnd       `json:"server"`
	Seconds  float64       `json:"seconds"`
	Ended    string        `json:"ended"`
	Bytes    [2]int64      `json:"bytes"`
	Messages [2]int64      `json:"messages"`
	Steps    []jsonStep    `json:"steps"`
	Link     jsonLink      `json:"netConnection"`
	Links    []jsonLink    `json:"netStreams,omitempty"`
	Verdict  string        `json:"verdict"`
	Waiting  string        `json:"waiting,omitempty"`
	Streams  []jsonStream  `json:"streams,omitempty"`
	Media    []jsonTrack   `json:"media,omitempty"`
	Findings []jsonFinding `json:"findings"`
	Unjudged []string      `json:"unjudged,omitempty"`
}

type jsonEnd struct {
	Address  string   `json:"address"`
	Program  string   `json:"program,omitempty"`
	Version  string   `json:"version,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
}

type jsonStep struct {
	Step     string  `json:"step"`
	Phase    string  `json:"phase"`
	Name     string  `json:"name"`
	Who      string  `json:"who,omitempty"`
	Optional bool    `json:"optional,omitempty"`
	State    string  `json:"state"`
	Code     string  `json:"code,omitempty"`
	At       float64 `json:"at,omitempty"`
	Seconds  float64 `json:"latency,omitempty"`
	Row      uint32  `json:"row,omitempty"`
	Number   *uint32 `json:"number,omitempty"`
	Value    string  `json:"value,omitempty"`
	Before   string  `json:"before,omitempty"`
	After    string  `json:"after,omitempty"`
	Waits    bool    `json:"unawaited,omitempty"`
	// NetStream counts the netStreams of the session from 1, Stream is its message stream.
	NetStream int    `json:"netStream,omitempty"`
	Stream    uint32 `json:"messageStream,omitempty"`
}

// jsonLink is the NetConnection, or a NetStream on it, as it stood at the end.
type jsonLink struct {
	Stream *uint32 `json:"messageStream,omitempty"`
	Use    int     `json:"use,omitempty"`
	Role   string  `json:"role,omitempty"`
	Name   string  `json:"name,omitempty"`
	State  string  `json:"state"`
	Row    uint32  `json:"row,omitempty"`
}

// jsonStream is one stream that was published or played; Refused to Stray are rows.
type jsonStream struct {
	ID       uint32 `json:"messageStream"`
	Role     string `json:"role"`
	Name     string `json:"name"`
	Code     string `json:"code,omitempty"`
	Outcome  string `json:"outcome"`
	Messages int64  `json:"messages"`
	Refused  uint32 `json:"refused,omitempty"`
	Failed   uint32 `json:"failed,omitempty"`
	Stopped  uint32 `json:"stopped,omitempty"`
	Over     uint32 `json:"over,omitempty"`
	Stray    uint32 `json:"stray,omitempty"`
}

type jsonTrack struct {
	From   string `json:"from"`
	Stream uint32 `json:"messageStream,omitempty"`
	Video  bool   `json:"video"`
	Codec  string `json:"codec"`
	Config string `json:"config,omitempty"`
	Frames int64  `json:"frames"`
	Keys   int64  `json:"keyframes,omitempty"`
	Bytes  int64  `json:"bytes"`
}

type jsonFinding struct {
	Row        uint32   `json:"row"`
	Rule       string   `json:"rule"`
	Severity   string   `json:"severity"`
	Side       string   `json:"side,omitempty"`
	Rows       []uint32 `json:"rows"`
	Confidence float64  `json:"confidence"`
	Summary    string   `json:"summary"`
}

// JSON writes an array with one object a capture.
func JSON(w io.Writer, results []*Result, o Options) error {
	all := make([]jsonResult, 0, len(results))
	for _, r := range results {
		j := jsonResult{File: r.File, Written: o.writer(), Worst: r.Worst().String(), Sessions: []jsonSession{}}
		for _, x := range r.Stories {
			j.Together = append(j.Together, jsonStory{x.Kind, x.Sessions, x.Words.Show(o.ShowSecrets)})
		}
		j.Began, j.Last = r.span()
		for i := range r.Sessions {
			j.Sessions = append(j.Sessions, r.Sessions[i].json(o))
		}
		for _, x := range r.Expectations {
			j.Expectations = append(j.Expectations, jsonExpectation{x.Text, x.Met(), x.Row, x.Unmet})
		}
		all = append(all, j)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(all)
}

func (s *Session) json(o Options) jsonSession {
	show := func(m text.Marked) string { return m.Show(o.ShowSecrets) }
	j := jsonSession{
		Session: s.Info.Number, Role: s.Info.Role.String(), App: show(s.Info.App), Stream: show(s.Info.Stream),
		Client:  jsonEnd{Address: s.Info.Client, Program: s.Report.Client.Name, Version: show(s.Report.Client.Version)},
		Server:  jsonEnd{Address: s.Info.Server, Program: s.Report.Server.Name, Version: show(s.Report.Server.Version)},
		Seconds: s.lasted().Seconds(), Ended: s.Info.Ended, Bytes: s.Info.Bytes, Messages: s.Info.Messages,
		Verdict: s.verdict(o.ShowSecrets), Waiting: s.Report.Stall.Words, Unjudged: unjudgedJSON(s.Report.Unjudged), Steps: []jsonStep{}, Findings: []jsonFinding{},
	}
	for _, m := range s.Report.Client.Evidence {
		j.Client.Evidence = append(j.Client.Evidence, show(m))
	}
	for _, m := range s.Report.Server.Evidence {
		j.Server.Evidence = append(j.Server.Evidence, show(m))
	}
	s.procedureJSON(&j, o)
	for i := range s.Report.Streams {
		x := &s.Report.Streams[i]
		j.Streams = append(j.Streams, jsonStream{x.ID, x.Role.String(), show(x.Name), show(x.Code), x.Outcome(), x.Messages, x.Refused, x.Failed, x.Stopped, x.Over, x.Stray})
	}
	for _, t := range s.Report.Tracks {
		track := jsonTrack{From: t.From.String(), Stream: t.StreamID, Video: t.Video, Codec: t.Codec.String(), Frames: t.Frames, Keys: t.Keys, Bytes: t.Bytes}
		if t.Known {
			track.Config = t.Config.String()
		}
		j.Media = append(j.Media, track)
	}
	for _, f := range s.Findings {
		j.Findings = append(j.Findings, jsonFinding{f.Row, f.Rule, f.Severity.String(), f.Side.String(), f.Rows, f.Confidence, show(f.Summary)})
	}
	return j
}

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
	Out      string      `xml:"system-out,omitempty"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Seconds float64       `xml:"time,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes one test suite a capture, one test case a session and one an
// expectation, as build servers read them.
func JUnit(w io.Writer, results []*Result, o Options) error {
	var all junitSuites
	for _, r := range results {
		suite := junitSuite{Name: text.Safe(r.File)}
		for i := range r.Sessions {
			suite.add(r.Sessions[i].junit(o))
		}
		if len(r.Sessions) == 0 {
			suite.add(junitCase{Name: "sessions", Class: "rtmpscope", Failure: &junitFailure{Message: "no session"}})
		}
		for _, x := range r.Expectations {
			c := junitCase{Name: "expect " + text.Safe(x.Text), Class: "rtmpscope"}
			if !x.Met() {
				c.Failure = &junitFailure{Message: strings.TrimPrefix(x.outcome(), ": ")}
			}
			suite.add(c)
		}
		for _, x := range r.Stories {
			suite.Out += x.Words.Show(o.ShowSecrets) + " (" + sessions(x) + ")\n"
		}
		all.Suites = append(all.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	s.Cases = append(s.Cases, c)
}

// junit is a session as a test case, which fails by the findings that count.
func (s *Session) junit(o Options) junitCase {
	c := junitCase{Name: s.title(o.ShowSecrets), Class: "rtmpscope", Seconds: s.lasted().Seconds()}
	var bad, other []string
	for _, f := range s.Findings {
		line := fmt.Sprintf("%s %s: %s%s", f.Severity, f.Rule, f.Summary.Show(o.ShowSecrets), place(f))
		if f.Severity >= o.FailOn && o.FailOn > 0 {
			bad = append(bad, line)
		} else {
			other = append(other, line)
		}
	}
	if len(bad) > 0 {
		c.Failure = &junitFailure{Message: bad[0], Text: strings.Join(bad, "\n")}
	}
	if len(bad) == 0 && o.FailOn > 0 && s.short() >= o.FailOn {
		c.Failure = &junitFailure{Message: s.Report.Shortfall}
	}
	c.Out = strings.Join(other, "\n")
	return c
}

// unjudgedJSON writes each rule that could not be judged with its reason.
func unjudgedJSON(list []lint.Unjudged) (out []string) {
	for _, u := range list {
		out = append(out, u.String())
	}
	return out
}
