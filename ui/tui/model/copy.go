package model

import (
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/tui/detail"
)

// copying is what waits for a detail before it can be copied.
type copying struct {
	row  int
	what string
}

// askCopy asks what to copy.
func (m *Model) askCopy() {
	m.show(&Prompt{Question: "copy: v value  j JSON  x hex  f ffmpeg  p ffplay  r rtmpdump  Esc nothing ",
		Letters: "vjxfpr", done: m.copy})
}

func (m *Model) copy(what string) Effect {
	switch what {
	case "v":
		return m.copied(m.value())
	case "f", "p", "r":
		return m.copied(m.shellCommand(what))
	}
	row := m.SelectedRow()
	switch f := m.Detail.Selected(); {
	case (m.Focus == PaneTree || m.Focus == PaneHex) && f != nil:
		return m.copied(m.fieldAs(what, f))
	case row == 0:
		return m.copied("")
	case m.Detail.Row == row && m.Detail.Data != nil:
		return m.copied(m.rowAs(what, m.Detail.Data))
	}
	m.copying = copying{row, what}
	return Effect{Fetch: row}
}

// copied copies text, masked as on the screen.
func (m *Model) copied(text string) Effect {
	if text == "" {
		m.Message = "there is nothing to copy"
		return Effect{}
	}
	m.Message = "copied: " + text
	if strings.Contains(text, "••••") {
		m.Message = "copied with credentials masked (K shows them): " + text
	}
	return Effect{Copy: text}
}

// value is the field, or the line, that is selected.
func (m *Model) value() string {
	if f := m.Detail.Selected(); (m.Focus == PaneTree || m.Focus == PaneHex) && f != nil {
		return f.Value.Show(m.Reveal)
	}
	row := m.SelectedRow()
	if row == 0 {
		return ""
	}
	name, summary := m.Text(row)
	return strings.TrimSpace(name + " " + summary)
}

// fieldAs writes a field with those below it as JSON, or its bytes as hex, those of
// credentials blanked as on the screen.
func (m *Model) fieldAs(what string, f *field.Field) string {
	if what == "j" {
		out, err := json.Marshal(m.jsonFields([]field.Field{*f})[0])
		if err != nil {
			return ""
		}
		return string(out)
	}
	body := m.Detail.Data.Body
	if !m.Reveal {
		body = detail.Masked(m.Detail.Data)
	}
	start := clamp(f.Start, 0, len(body))
	return hex.EncodeToString(body[start:clamp(f.End, start, len(body))])
}

// rowAs writes a row with its fields as JSON, or its bytes as hex.
func (m *Model) rowAs(what string, d *analyst.Detail) string {
	if what == "j" {
		return m.rowJSON(d)
	}
	if m.Reveal {
		return hex.EncodeToString(d.Body)
	}
	return hex.EncodeToString(detail.Masked(d))
}

// jsonRow is a row as it is copied.
type jsonRow struct {
	Row       int         `json:"row"`
	Session   uint32      `json:"session"`
	Time      string      `json:"time"`
	Kind      string      `json:"kind"`
	From      string      `json:"from"`
	Name      string      `json:"name"`
	Command   string      `json:"command,omitempty"`
	Code      string      `json:"code,omitempty"`
	Summary   string      `json:"summary"`
	Offset    int64       `json:"offset"`
	Length    uint32      `json:"length"`
	Type      uint8       `json:"type,omitempty"`
	Timestamp uint32      `json:"timestamp,omitempty"`
	Fields    []jsonField `json:"fields,omitempty"`
}

type jsonField struct {
	Name   string      `json:"name"`
	Value  string      `json:"value,omitempty"`
	Symbol string      `json:"symbol,omitempty"`
	Start  int         `json:"start"`
	End    int         `json:"end"`
	Fields []jsonField `json:"fields,omitempty"`
}

func (m *Model) rowJSON(d *analyst.Detail) string {
	r, t := d.Row, d.Text
	out, err := json.Marshal(jsonRow{
		Row: d.Number, Session: r.Session, Time: r.At().Format("2006-01-02T15:04:05.000000000Z07:00"), Kind: r.Kind.String(),
		From: r.From.String(), Name: t.Name, Command: t.Command, Code: t.Code, Summary: t.Summary.Show(m.Reveal),
		Offset: r.Offset, Length: r.Length, Type: r.Type, Timestamp: r.Timestamp, Fields: m.jsonFields(d.Fields),
	})
	if err != nil {
		return ""
	}
	return string(out)
}

func (m *Model) jsonFields(fields []field.Field) (out []jsonField) {
	for _, f := range fields {
		out = append(out, jsonField{f.Name, f.Value.Show(m.Reveal), f.Symbol, f.Start, f.End, m.jsonFields(f.Children)})
	}
	return out
}

// shellCommand is the selected session as a command for a shell.
func (m *Model) shellCommand(program string) string {
	s, ok := m.Session()
	base := s.TCURL.Show(m.Reveal)
	if !ok || base == "" {
		return ""
	}
	stream := s.Stream.Show(m.Reveal)
	url := quoteShell(strings.TrimSuffix(base, "/") + "/" + stream)
	switch {
	case program == "p":
		return "ffplay " + url
	case program == "r":
		return "rtmpdump --rtmp " + quoteShell(base) + " --app " + quoteShell(s.App.Show(m.Reveal)) + " --playpath " + quoteShell(stream) + " --live --flv out.flv"
	case s.Role == session.Publish:
		return "ffmpeg -re -i INPUT -c copy -f flv " + url
	}
	return "ffmpeg -i " + url + " -c copy out.flv"
}

// quoteShell makes one word of text for a POSIX shell.
func quoteShell(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
