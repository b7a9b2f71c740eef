package export

import (
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/mask"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// hider hides the credentials of a capture in text that is otherwise fit to show. It is
// what is left when marking by place has been done: what a recorder or a person wrote,
// and what a server told one session of another. A nil hider hides nothing.
type hider struct{ find *mask.Finder }

// newHider takes what is known of all sessions. Nothing is bounded but what each session
// may add, so that no number of sessions makes a credential visible.
func newHider(sets []*mask.Set) *hider {
	find := mask.Pool(sets)
	if find == nil {
		return nil
	}
	return &hider{find}
}

// text returns s without credentials.
func (h *hider) text(s string) string {
	if h == nil {
		return s
	}
	spans := h.find.Find(s, mask.Anywhere)
	if len(spans) == 0 {
		return s
	}
	var b strings.Builder
	at := 0
	for _, x := range spans {
		b.WriteString(s[at:x.Start])
		b.WriteString(text.SecretAs(s[x.Start:x.End], x.Secret).Show(false))
		at = x.End
	}
	return b.String() + s[at:]
}
