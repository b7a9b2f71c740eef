package cli

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/message"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// TestExplainKnowsTheDetailPane asks for every name that the detail pane gives a field of
// the captures in the repository, but for what senders name themselves.
func TestExplainKnowsTheDetailPane(t *testing.T) {
	files, err := filepath.Glob("../../testdata/captures/*.pcapng")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	asked := map[string]bool{}
	for _, file := range files {
		for name, source := range detailNames(t, file) {
			if asked[name] || strings.HasPrefix(source, "AMF") {
				continue
			}
			if asked[name] = true; explain(name) == "" {
				t.Errorf("%s: %q (%s) is not explained", filepath.Base(file), name, source)
			}
		}
	}
	if len(asked) < 100 {
		t.Errorf("only %d names were seen", len(asked))
	}
}

// detailNames are the names of the fields of a capture, each with its source: of all
// rows but media, and of the first of each kind of those.
func detailNames(t *testing.T, file string) map[string]string {
	t.Helper()
	in, err := capture.OpenFile(file, capture.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	a := analyst.New(in, analyst.Options{})
	a.Run(context.Background()) // what can be read is enough
	type kind struct {
		typ   uint8
		flags session.Flags
		from  bool
	}
	names, seen := map[string]string{}, map[kind]bool{}
	rows := a.State().Timeline
	for n := 1; n <= rows.Len(); n++ {
		r := rows.Row(n)
		k := kind{r.Type, r.Flags, r.From == 1}
		if r.Kind == session.Message && chunk.IsMedia(r.Type) && seen[k] {
			continue
		}
		seen[k] = true
		if d, err := a.Detail(n); err == nil {
			collectNames(d.Fields, names)
		}
	}
	return names
}

func collectNames(fields []field.Field, names map[string]string) {
	for _, f := range fields {
		names[f.Name] = f.Source
		collectNames(f.Children, names)
	}
}

// TestExplainKnowsTheScreen asks for what rows and other tables name.
func TestExplainKnowsTheScreen(t *testing.T) {
	var all []string
	for typ := range 256 {
		if message.Known(uint8(typ)) {
			all = append(all, message.Name(uint8(typ)))
		}
	}
	all = append(all, explained()...)
	all = append(all, "User Control Message", "Audio Message", "Video Message", "Data Message (AMF0)", "Command Message (AMF3)", "Shared Object Message (AMF0)",
		"Aggregate Message", "0x09", "type 20", "NetStream.Play", "NetConnection.Connect.*", "Ping Request", "SPS", "gop", "✗", "app/stream", "bit-rate", "~err", "session.role")
	for _, what := range all {
		if explain(what) == "" {
			t.Errorf("%q is not explained", what)
		}
	}
}
