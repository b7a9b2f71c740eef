package amf

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestRealMessages reads bodies that real programs sent and compares with what
// an independent decoder found in them.
func TestRealMessages(t *testing.T) {
	for _, c := range []struct{ file, want, problems string }{
		{"connect-amf3.type20.bin", `["connect",1,{"app":"live","flashVer":"LNX 32,0,0,465","swfUrl":null,` +
			`"tcUrl":"rtmp://127.0.0.1:1947/live","fpad":false,"capabilities":239,"audioCodecs":3575,"videoCodecs":252,` +
			`"videoFunction":1,"pageUrl":null,"objectEncoding":3}]`, ""},
		{"setdataframe-amf3.type15.bin", `["@setDataFrame","onMetaData",{"width":320,"height":240,"framerate":25,` +
			`"title":"amf3 title","tags":["a","b","a",1,2.5,null,true],"nested":{"width":7,"title":"amf3 title","neg":-5},` +
			`"blob":{"bytes":"010203","length":3},"big":536870916}]`, ""},
		{"customcall.type17.bin", `["customCall",4,null,{"k":"v","list":[1,2,3],"again":"k"}]`, ""},
	} {
		t.Run(c.file, func(t *testing.T) {
			body := message(t, c.file)
			start := 0
			if !strings.HasSuffix(c.file, "type20.bin") {
				start = 1 // the format selector
			}
			r := Decode0(body, start, wide)
			list := Value{Kind: StrictArray, Items: r.Values}
			if got := string(AppendJSON(nil, list, nil)); got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
			if got := strings.Join(problemTokens(r), " "); got != c.problems {
				t.Errorf("problems %q, want %q", got, c.problems)
			}
			checkRanges(t, body, start, r)
		})
	}
}

// TestRealMessagesRoundTrip writes what was read: where the sender used no
// freedom of the encoding the bytes are the same again.
func TestRealMessagesRoundTrip(t *testing.T) {
	files, err := os.ReadDir("testdata/messages")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d messages, %v", len(files), err)
	}
	for _, f := range files {
		if strings.Contains(f.Name(), "type15") || strings.Contains(f.Name(), "type17") {
			continue // AMF3 with references, which are not written
		}
		body := message(t, f.Name())
		r := Decode0(body, 0, wide)
		if tokens := problemTokens(r); len(tokens) > 0 && !slices.Equal(tokens, []string{ECMACount}) {
			t.Errorf("%s: problems %v", f.Name(), r.Problems)
			continue
		}
		var out []byte
		for _, v := range r.Values {
			checkFields(t, &v)
			out = Append0(out, v)
		}
		if got := string(out); got != string(fixCounts(body, r.Values)) {
			t.Errorf("%s: written differently", f.Name())
		}
	}
}

// fixCounts returns body with the true count in its ECMA arrays.
func fixCounts(body []byte, values []Value) []byte {
	body = slices.Clone(body)
	for i := range values {
		fixCount(body, &values[i])
	}
	return body
}

func fixCount(body []byte, v *Value) {
	if v.Kind == ECMAArray {
		binary.BigEndian.PutUint32(body[v.Start+1:], uint32(len(v.Members)))
	}
	for i := range v.Members {
		fixCount(body, &v.Members[i].Value)
	}
}

// TestOBSMetadata reads the ECMA array whose count OBS always gives as 20.
func TestOBSMetadata(t *testing.T) {
	r := Decode0(message(t, "obs-metadata.type18.bin"), 0, wide)
	data := r.Values[len(r.Values)-1]
	if data.Kind != ECMAArray || data.Count != 20 || data.Get("encoder") == nil || data.Get("2.1") == nil || data.Get("absent") != nil {
		t.Errorf("%s", asText(r))
	}
	if !json.Valid(AppendJSON(nil, data, nil)) {
		t.Error("not JSON")
	}
}

func benchmark(b *testing.B, file string) {
	body := message(b, file)
	r := Decode0(body, 0, wide)
	values := countValues(r.Values)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		r = Decode0(body, 0, wide)
	}
	b.ReportMetric(float64(values)*float64(b.N)/b.Elapsed().Seconds(), "values/s")
}

func countValues(values []Value) int {
	n := len(values)
	for i := range values {
		n += countValues(values[i].Items)
		for j := range values[i].Members {
			n += countValues([]Value{values[i].Members[j].Value})
		}
	}
	return n
}

func BenchmarkConnect(b *testing.B)    { benchmark(b, "obs-connect.type20.bin") }
func BenchmarkOnMetaData(b *testing.B) { benchmark(b, "obs-metadata.type18.bin") }
