package diff

import (
	"encoding/json"
	"io"

	"github.com/rtmpscope/rtmpscope/decode/diff"
)

// jsonVersion changes when a member changes its meaning or goes away.
const jsonVersion = 1

// WriteJSON writes the result as one JSON object; docs/diff.md describes it.
func WriteJSON(w io.Writer, r *diff.Result, o Show) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(asJSON(r, o))
}

type jsonResult struct {
	Version     int              `json:"version"`
	Equal       bool             `json:"equal"`
	A           jsonHead         `json:"a"`
	B           jsonHead         `json:"b"`
	SameA       uint32           `json:"same_until_a"`
	SameB       uint32           `json:"same_until_b"`
	Differences []jsonDifference `json:"differences"`
	Notes       []string         `json:"notes,omitempty"`
}

type jsonHead struct {
	File     string `json:"file"`
	Session  uint32 `json:"session"`
	Sessions int    `json:"sessions"`
	Chosen   string `json:"chosen,omitempty"`
	Role     string `json:"role,omitempty"`
	Agent    string `json:"agent,omitempty"`
	Engine   string `json:"engine,omitempty"`
	Messages int64  `json:"messages"`
	Outcome  string `json:"outcome"`
	Ending   string `json:"ending"`
}

type jsonDifference struct {
	Area       diff.Area `json:"area"`
	Importance string    `json:"importance"`
	Follows    bool      `json:"follows"`
	Text       string    `json:"text"`
	A          jsonPlace `json:"a"`
	B          jsonPlace `json:"b"`
}

type jsonPlace struct {
	Row  uint32 `json:"row,omitempty"`
	Last uint32 `json:"last,omitempty"`
	Text string `json:"text,omitempty"`
}

func asJSON(r *diff.Result, o Show) jsonResult {
	out := jsonResult{Version: jsonVersion, Equal: r.Equal(), A: headJSON(&r.A, o), B: headJSON(&r.B, o), SameA: r.SameA, SameB: r.SameB,
		Differences: []jsonDifference{}, Notes: r.Notes}
	for i := range r.Differences {
		d := &r.Differences[i]
		place := func(p diff.Place) jsonPlace { return jsonPlace{p.Row, p.Last, p.Text.Show(o.Secrets)} }
		out.Differences = append(out.Differences, jsonDifference{d.Area, d.Importance.String(), d.Follows, d.Text.Show(o.Secrets), place(d.A), place(d.B)})
	}
	return out
}

func headJSON(h *diff.Head, o Show) jsonHead {
	return jsonHead{h.File, h.Session, h.Of, h.Chosen, h.Role, h.Agent.Show(o.Secrets), h.Engine.Show(o.Secrets), h.Messages, h.Outcome.Show(o.Secrets), string(h.Ending)}
}
