package filter

import (
	"errors"
	"strings"
	"testing"
)

func TestStrictRefusesMistypedWords(t *testing.T) {
	for _, c := range []struct {
		text string
		at   int
		want string // "" is a good filter
	}{
		{"keyframe", 0, ""},
		{"~key publish", 0, ""},
		{"publish NetStream.Publish.Start", 0, ""},
		{`"keyfram"`, 0, ""},
		{`type == 9 and keyframe`, 0, ""},
		{"keyfram", 0, `there is no "keyfram"; did you mean "keyframe"?`},
		{"publish audio", 8, `did you mean "~audio"?`},
		{"keyframe whithin 3s", 9, `did you mean "within"?`},
		{"publish code", 8, `code is a field; compare it`},
		{"comand == 3", 0, `there is no field "comand"`},
	} {
		f, err := Strict(c.text, "within")
		var bad *Error
		switch {
		case c.want == "":
			if err != nil || f == nil {
				t.Errorf("%s: %v", c.text, err)
			}
		case !errors.As(err, &bad) || bad.Offset != c.at || !strings.Contains(bad.Message, c.want):
			t.Errorf("%s: %v", c.text, err)
		}
	}
}

func TestCutLast(t *testing.T) {
	for _, c := range []struct {
		text, before, after string
		at                  int
		found               bool
	}{
		{`keyframe within 3s`, `keyframe `, ` 3s`, 9, true},
		{`code == "a within b" within 5s`, `code == "a within b" `, ` 5s`, 21, true},
		{`"stays within view"`, `"stays within view"`, ``, 0, false},
		{`keyframe within`, `keyframe `, ``, 9, true},
		{`within within 1s`, `within `, ` 1s`, 7, true},
	} {
		before, after, at, found := CutLast(c.text, "within")
		if before != c.before || after != c.after || at != c.at || found != c.found {
			t.Errorf("%s: %q, %q, %d, %v", c.text, before, after, at, found)
		}
	}
}
