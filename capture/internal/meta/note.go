package meta

import (
	"strings"
	"time"
)

// Note is capture.Note in a comment.
type Note struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind"`
	Conn    uint32    `json:"conn,omitempty"`
	From    string    `json:"from,omitempty"`   // "client" or "server"
	Offset  *int64    `json:"offset,omitempty"` // none for the whole session
	About   string    `json:"about,omitempty"`
	Text    string    `json:"text"`
	Author  string    `json:"author,omitempty"`
	At      time.Time `json:"at"`
	Deleted bool      `json:"deleted,omitempty"`
	Carrier bool      `json:"carrier,omitempty"` // the packet is there for the note only
}

// noteWords are what people read before the text of a note, by its kind.
var noteWords = map[string]string{"note": "Note", "mark": "Mark", "title": "Title", "description": "Description"}

// Comments are the comments of a note: for people, unless it was deleted, then
// for programs.
func (n *Note) Comments() []string {
	own := Comment{Note: n}.String()
	if n.Deleted {
		return []string{own}
	}
	return []string{n.words(), own}
}

// words is the note as people read it in other programs.
func (n *Note) words() string {
	word := noteWords[n.Kind]
	if n.Author != "" {
		word += " by " + n.Author
	}
	if n.Conn != 0 && n.Offset == nil {
		word += " on the session"
	}
	return Visible(word + ": " + strings.ReplaceAll(n.Text, "\n", " / "))
}

// IsNote says that a comment is the one for people that Comments wrote.
func IsNote(comment string) bool {
	for _, word := range noteWords {
		if rest, ok := strings.CutPrefix(comment, word); ok && (strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, " by ") || strings.HasPrefix(rest, " on the session:")) {
			return true
		}
	}
	return false
}
