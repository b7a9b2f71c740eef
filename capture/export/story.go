package export

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/lint"
	"github.com/rtmpscope/rtmpscope/decode/media"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// maxMetadata bounds how many onMetaData messages of a session a report shows.
const maxMetadata = 8

// report is what the text, Markdown and HTML formats show: a page of one story
// a session.
type report struct {
	Title       string
	Description string
	Version     string
	File        string
	Captured    string // when, "" of a report without a session
	Masked      bool
	Stories     []*story
	Together    []string // sessions that belong together, a line each
	opts        *Options
	notes       []Note // of the capture
}

// story is one session.
type story struct {
	Number   uint32
	Info     session.Info
	Verdict  string // "" without a judge that gives one
	Looks    string // of the verdict: error, warning, fine
	verdicts []session.Finding
	client   string // which program, "" when that is not known
	server   string
	streams  string       // each of several streams, "" of a session with one
	steps    *lint.Report // how far the session came; nil without a judge that tells
	ladder   ladder
	Findings []finding
	Metadata []metadata
	Others   int // onMetaData messages that are not shown
	Codecs   []fact
	Rows     int
	curves   curves
	opts     *Options
}

// fact is one line of a table, fit to show.
type fact struct{ Name, Value string }

// finding is a rule's verdict, fit to show.
type finding struct {
	Rule, Severity, Side, Text string
	Why, Fix                   string // of the rule; with its first finding of a session only
	Rows                       []uint32
}

// metadata is one onMetaData message.
type metadata struct {
	Row     uint32
	From    string
	Entries []fact
}

// tell folds the wanted rows into a report of at most so many rungs.
func tell(j *job, rungs int) (*report, error) {
	r := &report{opts: &j.opts, Title: j.opts.safe(j.opts.Title), Version: text.Safe(j.opts.Version), File: text.Safe(j.opts.File), Masked: !j.opts.ShowSecrets}
	if r.Title == "" {
		r.Title = "RTMP sessions"
	}
	at := map[uint32]*story{}
	t, err := j.fold(func(e *session.Entry) error {
		if e.Kind == session.Noted {
			return nil // they stand by themselves
		}
		s := at[e.Session]
		if s == nil {
			s = &story{Number: e.Session, opts: &j.opts, ladder: ladder{opts: &j.opts, room: &rungs}}
			at[e.Session] = s
			r.Stories = append(r.Stories, s)
		}
		s.add(e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	last := t.Snapshot()
	r.annotate(j.seen.notes, last.Notes())
	infos := last.Sessions()
	var told []session.Info
	for _, s := range r.Stories {
		s.Info = infos[s.Number-1]
		told = append(told, s.Info)
		s.ladder.name(&s.Info)
		s.judged(j.opts.Judge)
	}
	r.together(told)
	r.ordered(told)
	return r, nil
}

// maxTogether bounds how many groups of sessions a report tells of.
const maxTogether = 20

// together tells which of the sessions belong together.
func (r *report) together(told []session.Info) {
	slices.SortFunc(told, func(a, b session.Info) int { return cmp.Compare(a.Number, b.Number) })
	for _, x := range session.Stories(told) {
		if len(r.Together) == maxTogether {
			return
		}
		numbers := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(x.Sessions)), ", "), "[]")
		r.Together = append(r.Together, fmt.Sprintf("%s (sessions %s)", r.opts.show(x.Words), numbers))
	}
}

// add takes one row.
func (s *story) add(e *session.Entry) {
	s.Rows++
	s.ladder.add(e)
	switch {
	case e.Kind == session.Found:
		s.found(e)
	case e.IsMedia():
		s.codec(e)
	}
	if e.HasTimestamp() {
		s.curves.add(e)
	}
	if args, shift := onMetaData(e); args != nil {
		s.metadata(e, args, shift)
	}
}

func (s *story) found(e *session.Entry) {
	f := finding{
		Rule: e.Finding.Rule, Severity: e.Severity.String(), Side: e.Finding.Side.String(),
		Text: s.opts.show(e.Summary), Rows: e.Finding.Rows,
	}
	if i := session.EndedBy(e.Finding, len(s.verdicts), func(i int) *session.Finding { return &s.verdicts[i] }); i >= 0 {
		f.Why, f.Fix = s.Findings[i].Why, s.Findings[i].Fix
		s.verdicts[i], s.Findings[i] = *e.Finding, f
		return
	}
	if !slices.ContainsFunc(s.Findings, func(o finding) bool { return o.Rule == f.Rule }) {
		rule, _ := lint.Find(f.Rule)
		f.Why, f.Fix = rule.Why, rule.Fix
	}
	s.verdicts, s.Findings = append(s.verdicts, *e.Finding), append(s.Findings, f)
}

// codec notes what a sequence header says, once for each different saying.
func (s *story) codec(e *session.Entry) {
	c, ok := media.ParseConfig(e.Message.Tag, e.Body)
	if !ok || len(s.Codecs) >= maxMetadata || e.Flags&session.SequenceHeader == 0 && len(s.Codecs) > 0 {
		return
	}
	kind := "audio"
	if e.Message.Tag.Video {
		kind = "video"
	}
	f := fact{fmt.Sprintf("%s from the %s", kind, e.From), text.Safe(c.String())}
	for _, old := range s.Codecs {
		if old == f {
			return
		}
	}
	s.Codecs = append(s.Codecs, f)
}

// onMetaData returns the values of an onMetaData message, and how many arguments
// of the message stand before them.
func onMetaData(e *session.Entry) (args []amf.Value, shift int) {
	m := &e.Message
	switch {
	case e.Kind != session.Message:
	case m.Command == "onMetaData":
		return m.Args, 0
	case m.Command == "@setDataFrame" && len(m.Args) > 1 && m.Args[0].Text == "onMetaData":
		return m.Args[1:], 1
	}
	return nil, 0
}

// metadata keeps the entries of an onMetaData message.
func (s *story) metadata(e *session.Entry, args []amf.Value, shift int) {
	if len(s.Metadata) >= maxMetadata {
		s.Others++
		return
	}
	out := metadata{Row: e.Number, From: e.From.String()}
	for i := range args {
		for k := range args[i].Members {
			m := &args[i].Members[k]
			out.Entries = append(out.Entries, fact{s.opts.safe(m.Name), s.value(e, i+shift, m)})
		}
	}
	if len(out.Entries) > 0 {
		s.Metadata = append(s.Metadata, out)
	}
}

// value writes one member of an argument.
func (s *story) value(e *session.Entry, arg int, m *amf.Member) string {
	return string(amf.AppendText(nil, &m.Value, amf.TextOptions{
		Width: 400, Depth: 3, StringMax: 200,
		Str: func(key, v string) string {
			if key == "" {
				key = m.Name
			}
			return s.opts.show(e.Mark(arg, key, v))
		},
	}))
}

// Facts is the header table of a session. Names of cells that say nothing are
// left out.
func (s *story) Facts() []fact {
	i := &s.Info
	all := []fact{
		{"client", i.Client}, {"server", i.Server},
		{"opened", i.OpenedAt.UTC().Format("2006-01-02 15:04:05.000 UTC")},
		{"lasted", session.Duration(i.LastAt.Sub(i.OpenedAt))},
		{"role", i.Role.String()}, {"app", s.opts.show(i.App)}, {"tcUrl", s.opts.show(i.TCURL)},
		{"stream", cmp.Or(s.streams, s.opts.show(i.Stream))}, {"client software", cmp.Or(s.client, s.opts.show(i.Agent))}, {"server software", cmp.Or(s.server, s.opts.show(i.Engine))},
		{"phase reached", i.Phase.String()},
		{"from the client", s.sent(decode.FromClient)}, {"from the server", s.sent(decode.FromServer)},
		{"audio, video", fmt.Sprintf("%d, %d messages", i.Audio, i.Video)},
	}
	all = append(all, s.Codecs...)
	all = append(all, fact{"ended", s.opts.mask.text(i.Ended)}, fact{"trouble", s.opts.mask.text(i.Trouble)}, fact{"unanswered", s.pending()})
	var out []fact
	for _, f := range all {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

func (s *story) sent(dir decode.Direction) string {
	return fmt.Sprintf("%s in %s", text.Size(s.Info.Bytes[dir]), counted(s.Info.Messages[dir], "message"))
}

// pending names requests that were never answered.
func (s *story) pending() (words string) {
	for i, p := range s.Info.Pending {
		if i == 5 {
			return words + fmt.Sprintf(" and %d more", len(s.Info.Pending)-i)
		}
		if i > 0 {
			words += ", "
		}
		habit := message.NeverAnswered(p.Command)
		if habit != "" {
			habit = "; " + habit
		}
		words += fmt.Sprintf("%s (row %d%s)", s.opts.safe(p.Command), p.Row, habit)
	}
	return words
}

// phase is a phase with its time.
type phase struct {
	Name  string
	Row   uint32
	At    time.Duration
	Lasts time.Duration
}

// Phases lists the phases of the session.
func (s *story) Phases() (out []phase) {
	i := &s.Info
	for _, p := range i.Stages {
		out = append(out, phase{Name: i.PhaseName(p.Phase), Row: p.Row, At: p.At.Sub(i.OpenedAt), Lasts: i.Lasted(p.Phase)})
	}
	return out
}

// NotesOf returns the notes about a session; 0 means the capture.
func (r *report) NotesOf(number uint32) (out []Note) {
	for _, n := range slices.Concat(r.opts.Notes, r.notes) {
		if n.Session == number {
			n.Text = r.opts.safe(n.Text)
			out = append(out, n)
		}
	}
	return out
}
