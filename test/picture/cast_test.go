package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const shortCast = `{"version": 2, "width": 10, "height": 2}
[0.5, "o", "\u001b[1;1H\u001b[31mred\u001b[m one"]
[2.0, "o", "\u001b[2;1Htwo"]
[4.0, "o", "\u001b[2;1H\u001b[K"]
`

// TestAnimation: by hand, "red one" stands from 0.5 s to the end at 7 s, "two" from 2 s
// to 4 s, and what stands at the end is seen where nothing moves.
func TestAnimation(t *testing.T) {
	m, err := watch(strings.NewReader(shortCast))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	m.draw(&b)
	got := b.String()
	for _, want := range []string{
		`<g visibility="visible"><animate attributeName="visibility" calcMode="discrete" dur="7.00s" repeatCount="indefinite" values="hidden;visible" keyTimes="0;0.0714"/>`,
		`<g visibility="hidden"><animate attributeName="visibility" calcMode="discrete" dur="7.00s" repeatCount="indefinite" values="hidden;visible;hidden" keyTimes="0;0.2857;0.5714"/>`,
		`fill="#e06c75">red</text>`, `fill="#d5d9e0">` + "\u00a0one</text>", ">two</text>",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in\n%s", want, got)
		}
	}
}

// TestPublishedAnimation: the picture of the README is what its cast shows, is well
// formed, has no script and loads nothing.
func TestPublishedAnimation(t *testing.T) {
	want, err := os.ReadFile("../../docs/pictures/demo.svg")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := animate("../../docs/pictures/demo.cast", &got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Error("docs/pictures/demo.svg is not of demo.cast; docs/pictures/make.sh makes both")
	}
	if len(want) > 400_000 {
		t.Errorf("%d bytes", len(want))
	}
	for d := xml.NewDecoder(&got); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && !strings.Contains(" svg rect g text animate ", " "+e.Name.Local+" ") {
			t.Errorf("holds <%s>", e.Name.Local)
		}
	}
}

// TestNoCast: what is no cast is said.
func TestNoCast(t *testing.T) {
	for _, bad := range []string{"", "{}", `{"version": 3, "width": 9, "height": 9}`, `{"version": 2, "width": 9, "height": 0}`, `{"version": 2, "width": 9, "height": 9}` + "\nnonsense"} {
		path := filepath.Join(t.TempDir(), "cast")
		if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := animate(path, io.Discard); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
