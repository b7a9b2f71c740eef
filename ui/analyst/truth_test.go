package analyst

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

const captures = "../../testdata/captures"

// truth is what an independent decoder found in a capture.
type truth struct {
	Kind      string
	Reference struct {
		Sessions []struct {
			Session        int
			C2S, S2C       *struct{ Messages *int }
			CompleteMarker bool
		}
	}
}

func readTruth(t *testing.T, name string) (tr truth) {
	t.Helper()
	p, err := os.ReadFile(filepath.Join(captures, "truth", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(p, &tr); err != nil {
		t.Fatal(err)
	}
	return tr
}

// line is one message: chunk stream, type, timestamp, message stream, length,
// chunks and the beginning of the body's SHA-1.
func line(chunkStream, typ, timestamp, stream, length, chunks any, sum string) string {
	return fmt.Sprintf("cs=%v type=%v ts=%v ms=%v len=%v chunks=%v sha1=%s", chunkStream, typ, timestamp, stream, length, chunks, sum)
}

// trueMessages reads the message list of a capture, per session and direction.
func trueMessages(t *testing.T, name string) map[string][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(captures, "truth", name+".messages.tsv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for sc := bufio.NewScanner(z); sc.Scan(); {
		if sc.Text() == "" || strings.HasPrefix(sc.Text(), "#") {
			continue
		}
		c := strings.Split(sc.Text(), "\t")
		key := c[0] + " " + c[1]
		out[key] = append(out[key], line(c[5], c[7], c[8], c[9], c[10], c[11], c[12]))
	}
	return out
}

func consumers(f func(*session.Entry)) []Consumer {
	if f == nil {
		return nil
	}
	return []Consumer{f}
}

// follow reads a whole capture.
func follow(t *testing.T, path string, onEntry func(*session.Entry)) *Analyst {
	t.Helper()
	src, err := capture.File(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	a := New(src, Options{Consumers: consumers(onEntry)})
	if err := a.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return a
}

// TestTruth compares the message list of every real capture with what a second,
// independent decoder found in it.
func TestTruth(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(captures, "*.pcapng"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d captures, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".pcapng")
		kind := readTruth(t, name).Kind
		if kind != "rtmp" && kind != "rtmpt" || strings.Contains(name, "midstream") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			got := map[string][]string{}
			follow(t, file, func(e *session.Entry) {
				if e.Kind != session.Message {
					return
				}
				key := fmt.Sprintf("%d %s", e.Session-1, map[decode.Direction]string{decode.FromClient: "c2s", decode.FromServer: "s2c"}[e.From])
				sum := fmt.Sprintf("%x", sha1.Sum(e.Body))[:12]
				got[key] = append(got[key], line(e.ChunkStream, e.Type, e.Timestamp, e.StreamID, e.Length, e.Chunks, sum))
			})
			want := trueMessages(t, name)
			if kind == "rtmpt" {
				// The other decoder leaves out the last HTTP request, because it was
				// not answered. It is the body of frame 48: 8 bytes of header, and
				// deleteStream, transaction 5, null, 1.
				want["0 c2s"] = append(want["0 c2s"], lastTunnelled(t))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// lastTunnelled is what the last request of the RTMPT capture carries, with the
// body written down by hand (AMF 0 §2.2, §2.4, §2.7).
func lastTunnelled(t *testing.T) string {
	t.Helper()
	body := "\x02\x00\x0cdeleteStream" + "\x00\x40\x14\x00\x00\x00\x00\x00\x00" + "\x05" + "\x00\x3f\xf0\x00\x00\x00\x00\x00\x00"
	return line(3, 20, 0, 0, len(body), 1, fmt.Sprintf("%x", sha1.Sum([]byte(body)))[:12])
}

// TestMidStreamInventsNothing reads a capture that begins in the middle of a
// session. The other decoder gives up on it; but the same media was published in
// other captures, so every body that is found must be found there too.
func TestMidStreamInventsNothing(t *testing.T) {
	const name = "ffmpeg5__nginx__midstream_start"
	known := map[string]bool{}
	for _, other := range []string{"ffmpeg5__nginx__publish_and_play", "ffmpeg5__srs__publish_and_play", "ffmpeg5__nginx__publish_badname"} {
		for _, list := range trueMessages(t, other) {
			for _, m := range list {
				known[m[strings.LastIndex(m, "=")+1:]] = true
			}
		}
	}
	kinds, strange := map[string]int{}, []string{}
	follow(t, filepath.Join(captures, name+".pcapng"), func(e *session.Entry) {
		kinds[e.From.String()+" "+e.Kind.String()]++
		if e.IsMedia() && !known[fmt.Sprintf("%x", sha1.Sum(e.Body))[:12]] {
			strange = append(strange, e.Summary.Show(false))
		}
	})
	if kinds["client lost"] != 1 || kinds["client resynced"] != 1 || kinds["client message"] < 300 {
		t.Errorf("rows: %v", kinds)
	}
	if len(strange) > 0 {
		t.Errorf("%d bodies were never sent: %v", len(strange), strange)
	}
}

// TestDetailReadsEveryRowAgain opens rows of every capture and compares their
// bodies with those of the first pass; fields must tile them and the pieces on
// the wire must add up to them.
func TestDetailReadsEveryRowAgain(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(captures, "*.pcapng"))
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			bodies := map[int][20]byte{}
			a := follow(t, file, func(e *session.Entry) {
				if e.Kind == session.Message || e.Kind == session.Handshake || e.Kind == session.Aborted {
					bodies[int(e.Number)] = sha1.Sum(e.Body)
				}
			})
			step := max(1, len(bodies)/60)
			for n := 1; n <= a.Snapshot().Len(); n++ {
				if want, ok := bodies[n]; ok && (n < 60 || n%step == 0) {
					checkDetail(t, a, n, want)
				}
			}
		})
	}
}

func checkDetail(t *testing.T, a *Analyst, n int, want [20]byte) {
	t.Helper()
	d, err := a.Detail(n)
	if err != nil {
		t.Fatal(err)
	}
	if sha1.Sum(d.Body) != want {
		t.Fatalf("row %d: the body differs from the one decoded first (%d bytes)", n, len(d.Body))
	}
	var joined []byte
	for _, p := range d.Pieces {
		if p.BodyStart != len(joined) {
			t.Fatalf("row %d: a piece stands at %d, want %d", n, p.BodyStart, len(joined))
		}
		joined = append(joined, p.Bytes[p.Header:]...)
	}
	if string(joined) != string(d.Body) {
		t.Fatalf("row %d: the pieces on the wire hold %d bytes, the body %d", n, len(joined), len(d.Body))
	}
	at := 0
	for _, f := range d.Fields {
		if f.Start != at {
			t.Fatalf("row %d: field %q starts at %d, want %d", n, f.Name, f.Start, at)
		}
		at = f.End
	}
	if at != len(d.Body) {
		t.Fatalf("row %d: fields cover %d of %d bytes", n, at, len(d.Body))
	}
}

// TestEveryFieldIsNamedAndExplained reads every message and handshake part of
// every capture: each field has a name, a meaning and a source, lies inside its
// owner, and the leaves tile the body.
func TestEveryFieldIsNamedAndExplained(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(captures, "*.pcapng"))
	fields := 0
	for _, file := range files {
		learnt := configs{}
		follow(t, file, func(e *session.Entry) {
			learnt.learn(e)
			if e.Kind != session.Message && e.Kind != session.Handshake {
				return
			}
			d := Detail{Row: e.Row, Body: e.Body}
			tree := d.fields(learnt.before(int(e.Number), e.Row, e.Body), &session.Snapshot{})
			at := 0
			field.Leaves(tree, func(f field.Field) {
				if f.Start != at {
					t.Fatalf("%s, row %d: %q starts at %d, want %d", file, e.Number, f.Name, f.Start, at)
				}
				at = f.End
			})
			if at != len(e.Body) {
				t.Fatalf("%s, row %d: the fields cover %d of %d bytes", file, e.Number, at, len(e.Body))
			}
			fields += explained(t, fmt.Sprintf("%s, row %d", filepath.Base(file), e.Number), tree, 0, len(e.Body))
		})
	}
	if fields < 100_000 {
		t.Errorf("only %d fields", fields)
	}
}

func explained(t *testing.T, where string, tree []field.Field, start, end int) (n int) {
	t.Helper()
	for _, f := range tree {
		if f.Name == "" || f.Meaning() == "" || f.Source == "" && f.Name != field.Unclaimed {
			t.Errorf("%s: %+v", where, f)
		}
		if f.Start < start || f.End > end || f.Start > f.End {
			t.Errorf("%s: %q [%d,%d) is not inside [%d,%d)", where, f.Name, f.Start, f.End, start, end)
		}
		n += 1 + explained(t, where, f.Children, f.Start, f.End)
	}
	return n
}
