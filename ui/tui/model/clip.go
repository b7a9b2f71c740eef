package model

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
	"github.com/rtmpscope/rtmpscope/ui/tui/detail"
)

// fieldAs writes a field with those below it as JSON, or its bytes as hex, those of
// credentials blanked as on the screen.
func fieldAs(what string, f *field.Field, d *analyst.Detail, reveal bool) string {
	if what == "j" {
		out, err := json.Marshal(jsonFields([]field.Field{*f}, reveal)[0])
		if err != nil {
			return ""
		}
		return string(out)
	}
	body := d.Body
	if !reveal {
		body = detail.Masked(d)
	}
	start := clamp(f.Start, 0, len(body))
	return hex.EncodeToString(body[start:clamp(f.End, start, len(body))])
}

// rowAs writes a row with its fields as JSON, its fields as a table, or its bytes as
// hex.
func rowAs(what string, d *analyst.Detail, reveal bool) string {
	switch what {
	case "j":
		return rowJSON(d, reveal)
	case "t":
		return tableOf(d.Fields, reveal)
	}
	if reveal {
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

func rowJSON(d *analyst.Detail, reveal bool) string {
	r, t := d.Row, d.Text
	out, err := json.Marshal(jsonRow{
		Row: d.Number, Session: r.Session, Time: r.At().Format("2006-01-02T15:04:05.000000000Z07:00"), Kind: r.Kind.String(),
		From: r.From.String(), Name: t.Name, Command: t.Command, Code: t.Code, Summary: t.Summary.Show(reveal),
		Offset: r.Offset, Length: r.Length, Type: r.Type, Timestamp: r.Timestamp, Fields: jsonFields(d.Fields, reveal),
	})
	if err != nil {
		return ""
	}
	return string(out)
}

func jsonFields(fields []field.Field, reveal bool) (out []jsonField) {
	for _, f := range fields {
		out = append(out, jsonField{f.Name, f.Value.Show(reveal), f.Symbol, f.Start, f.End, jsonFields(f.Children, reveal)})
	}
	return out
}

// tableOf writes fields as a table in Markdown, a line each with what it says, as the
// Markdown report does; those inside others behind their names. What is mere encoding
// is left out.
func tableOf(fields []field.Field, reveal bool) string {
	lines := tableLines(nil, "", fields, reveal)
	if len(lines) == 0 {
		return ""
	}
	return "| name | value |\n|---|---|\n" + strings.Join(lines, "")
}

func tableLines(out []string, above string, fields []field.Field, reveal bool) []string {
	for i := range fields {
		f := &fields[i]
		switch name := above + f.Name; {
		case f.Encoding && !f.Bad:
		case detail.Speaks(f):
			out = tableLines(out, name+".", f.Children, reveal)
		default:
			value := strings.TrimSpace(f.Value.Show(reveal))
			if f.Symbol != "" && len(f.Children) == 0 {
				value = strings.TrimSpace(value + " " + f.Symbol)
			}
			out = append(out, fmt.Sprintf("| %s | %s |\n", text.MarkdownCell(name), text.MarkdownCell(value)))
		}
	}
	return out
}

// shellCommand is a session as a command for a shell, "" of one that has not said where
// it goes.
func shellCommand(s *session.Info, program string, reveal bool) string {
	base := s.TCURL.Show(reveal)
	if base == "" {
		return ""
	}
	stream := s.Stream.Show(reveal)
	url := quoteShell(strings.TrimSuffix(base, "/") + "/" + stream)
	switch {
	case program == "p":
		return "ffplay " + url
	case program == "r":
		return "rtmpdump --rtmp " + quoteShell(base) + " --app " + quoteShell(s.App.Show(reveal)) + " --playpath " + quoteShell(stream) + " --live --flv out.flv"
	case s.Role == session.Publish:
		return "ffmpeg -re -i INPUT -c copy -f flv " + url
	}
	return "ffmpeg -i " + url + " -c copy out.flv"
}

// quoteShell makes one word of text for a POSIX shell.
func quoteShell(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
