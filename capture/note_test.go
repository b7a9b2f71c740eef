package capture

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/rtmpscope/rtmpscope/capture/internal/meta"
	"github.com/rtmpscope/rtmpscope/capture/pcapng"
)

// evil holds what must not reach a terminal through a comment.
const evil = "a\x1b]0;PWNED\x07\u009b31m\u202eb\nc\u2028d \U000e0041 \"q\" \\ rtmpscope: x"

func FuzzNotes(f *testing.F) {
	f.Add(evil, "me")
	f.Add("\xff\xfe", "\u202e")
	f.Fuzz(func(t *testing.T, text, author string) {
		n := Note{ID: "id", Kind: PlainNote, Conn: 1, FromServer: true, Offset: 77, Text: text, At: start}
		n.Author = author
		if n.Check() != nil {
			t.Skip()
		}
		comments := n.Comments(false)
		for _, c := range comments {
			if !utf8.ValidString(c) || strings.IndexFunc(c, func(r rune) bool { return !unicode.IsGraphic(r) }) >= 0 || len(c) > pcapng.MaxOption {
				t.Errorf("comment %q", c)
			}
		}
		m, ok := meta.Read([]byte(comments[1]))
		n.Text, n.Author = strings.ToValidUTF8(text, "\uFFFD"), strings.ToValidUTF8(author, "\uFFFD")
		if !ok || !cmp.Equal(noteOf(m.Note), n) {
			t.Errorf("read back %+v", m.Note)
		}
		if strings.HasPrefix(comments[0], meta.Prefix) {
			t.Error("a person's words can be taken for the recorder's")
		}
	})
}
