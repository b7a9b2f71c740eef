package media

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// index is the subscript that the tracer puts behind the name of an array.
var index = regexp.MustCompile(`(\[\d+\])+=`)

// traces reads testdata/traces.tsv: by name of the record, each syntax element
// of its sequence header with its value, as ffmpeg's trace_headers read it.
func traces(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/traces.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		name, elements, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		out[name] = strings.Fields(index.ReplaceAllString(elements, "="))
	}
	return out
}

// unlisted are fields that stand for several elements or have no trace.
var unlisted = map[string]bool{
	"constraint_set_flags": true, "general_profile_compatibility_flags": true, "general constraint flags": true,
	"sub-layer profiles and levels": true, "short-term reference picture sets": true, "scaling lists": true,
	"nal_hrd_parameters": true, "vcl_hrd_parameters": true, "rbsp_trailing_bits": true,
	"more parameters and trailing bits": true, "film grain flag and trailing bits": true, "more parameters": true,
	"general_constraints_info": true, "sub-layer levels": true, "nuh_reserved_zero_bit": true, "layer sets": true,
}

// TestSequenceHeadersElementByElement compares every syntax element with what
// ffmpeg's bitstream tracer read from the same bytes.
func TestSequenceHeadersElementByElement(t *testing.T) {
	all := traces(t)
	compared := 0
	for _, r := range records(t) {
		trace, ok := all[r.name]
		if !ok {
			continue
		}
		video, body := r.body()
		name := "SPS"
		if r.codec == "av1" {
			name = "sequence header"
		}
		sps := find(t, Fields(video, body, nil), name, 0)
		compared += compareTrace(t, r.name, sps.Children, trace)
	}
	if compared < 1500 {
		t.Errorf("only %d elements compared", compared)
	}
}

// compareTrace looks for our elements in the trace, in order.
func compareTrace(t *testing.T, record string, ours []field.Field, trace []string) (compared int) {
	t.Helper()
	for _, f := range ours {
		if unlisted[f.Name] {
			continue
		}
		name, at := f.Name, 0
		if name == "gaps_in_frame_num_value_allowed_flag" {
			name = "gaps_in_frame_num_allowed_flag" // ffmpeg's spelling
		}
		for at < len(trace) && !strings.HasPrefix(trace[at], name+"=") {
			at++
		}
		if at == len(trace) {
			t.Errorf("%s: ffmpeg read no %s", record, f.Name)
			continue
		}
		if got := name + "=" + string(f.Value); got != trace[at] {
			t.Errorf("%s: %s, ffmpeg read %s", record, got, trace[at])
		}
		trace = trace[at+1:]
		compared++
	}
	return compared
}
