package diff_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode/diff"
	"github.com/rtmpscope/rtmpscope/ui/analyst"
)

// read folds a capture between real programs.
func read(t *testing.T, name string) diff.File {
	t.Helper()
	src, err := capture.File(filepath.Join("../../testdata/captures", name+".pcapng"))
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	c := diff.NewCollector()
	if err := analyst.New(src, analyst.Options{Consumers: []analyst.Consumer{c.OnEntry}}).Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return diff.File{Name: name, Sessions: c.Sessions()}
}

// compare compares two sessions of captures, each "name:number" or a name.
func compare(t *testing.T, a, b string) *diff.Result {
	t.Helper()
	var files [2]diff.File
	for i, what := range []string{a, b} {
		name, number, _ := strings.Cut(what, ":")
		files[i] = read(t, name)
		if number != "" {
			fmt.Sscan(number, &files[i].Wanted)
		}
	}
	x, y, err := diff.Choose(files[0], files[1])
	if err != nil {
		t.Fatal(err)
	}
	return diff.Compare(x, y, diff.Options{})
}

func sentences(r *diff.Result) (out []string) {
	for _, d := range r.Differences {
		out = append(out, fmt.Sprintf("%s %s: %s", d.Importance, d.Area, d.Text.Show(false)))
	}
	return out
}

// has reports whether a difference contains all the words.
func has(r *diff.Result, words ...string) bool {
	return slices.ContainsFunc(sentences(r), func(s string) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(s, w) })
	})
}

// Every session of every capture is equal to itself.
func TestSameCapture(t *testing.T) {
	files, err := filepath.Glob("../../testdata/captures/*.pcapng")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d captures, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".pcapng")
		x, y := read(t, name), read(t, name)
		for i := range x.Sessions {
			if r := diff.Compare(x.Sessions[i], y.Sessions[i], diff.Options{Names: true}); !r.Equal() {
				t.Errorf("%s, session %d: %q", name, i+1, sentences(r))
			}
		}
	}
}

// The same client against the same server says the same every time.
func TestSameProgramsTwice(t *testing.T) {
	if r := compare(t, "ffmpeg5__nginx__publish_and_play:1", "ffmpeg5__nginx__publish_badname:1"); !r.Equal() {
		t.Errorf("%q", sentences(r))
	}
}

// The second publisher of a name is refused, and that comes first.
func TestRefusedName(t *testing.T) {
	r := compare(t, "ffmpeg5__nginx__publish_badname:1", "ffmpeg5__nginx__publish_badname:2")
	d := r.Differences[0]
	want := `The server answers publish with "NetStream.Publish.Start" in A and "NetStream.Publish.BadName" in B`
	if d.Text.Show(false) != want || d.Importance != diff.Decisive || d.A.Row != 19 || d.B.Row != 177 || r.SameA != 18 || r.SameB != 176 {
		t.Errorf("%+v, same until %d and %d", d, r.SameA, r.SameB)
	}
	for _, d := range r.Differences[1:] {
		if !d.Follows {
			t.Errorf("%q does not follow", d.Text)
		}
	}
	if !strings.Contains(string(r.B.Outcome), "refused: NetStream.Publish.BadName") || r.A.Role != "publish" {
		t.Errorf("%+v", r.B)
	}
}

// lal refuses by closing, without a word.
func TestRefusedByClosing(t *testing.T) {
	r := compare(t, "ffmpeg5__lal__publish_badname:1", "ffmpeg5__lal__publish_badname:2")
	d := r.Differences[0]
	if d.Area != diff.Ending || d.Importance != diff.Decisive || !strings.Contains(string(d.Text), "in B the server closes after onStatus NetStream.Publish.Start") {
		t.Errorf("%q", sentences(r))
	}
}

func TestWrongApp(t *testing.T) {
	r := compare(t, "ffmpeg5__nginx__publish_and_play", "ffmpeg5__nginx__wrong_app")
	got := sentences(r)
	if !strings.HasPrefix(got[0], `notable command: The client's connect: command object.app is "live" in A and "nosuchapp" in B`) ||
		!strings.HasPrefix(got[1], "decisive answer: ") || !strings.HasSuffix(got[1], "the server closes after connect without an answer") {
		t.Errorf("%q", got)
	}
	if d := r.Differences[1]; d.A.Row != 12 || d.B.Row != 9 || r.SameA != 7 || r.SameB != 7 {
		t.Errorf("%+v, %d, %d", d, r.SameA, r.SameB)
	}
}

func TestServerKilled(t *testing.T) {
	r := compare(t, "ffmpeg5__nginx__publish_and_play:1", "ffmpeg5__nginx__server_killed:1")
	if d := r.Differences[0]; !strings.Contains(string(d.Text), "in B the server closes after the last frame") {
		t.Errorf("%q", sentences(r))
	}
}

func TestOtherServer(t *testing.T) {
	r := compare(t, "ffmpeg5__nginx__publish_and_play", "ffmpeg5__srs__publish_and_play")
	for _, words := range [][]string{
		{"notable control", "server's Set Chunk Size: chunk size is 4096 in A and 60000 in B"},
		{"minor handshake", "server's S1: version field is 13.14.10.13 in A and 1.0.5.4 in B"},
		{"minor control", "window is 5000000 in A and 2500000 in B"},
		{"notable answer", "answers releaseStream with _result in B and not in A"},
		{"minor command", "Only in B the server sends onBWDone"},
		{"minor answer", "fmsVer"},
	} {
		if !has(r, words...) {
			t.Errorf("no difference with %q among\n%s", words, strings.Join(sentences(r), "\n"))
		}
	}
	if has(r, "codec") || has(r, "cadence") || has(r, "connect:", "client") {
		t.Errorf("the same encoder differs:\n%s", strings.Join(sentences(r), "\n"))
	}
}

func TestOtherEncoder(t *testing.T) {
	r := compare(t, "ffmpeg5__srs__publish_and_play", "obs29__srs__publish")
	for _, words := range [][]string{
		{"minor handshake", "client's C1: digest is verified (digest first) in A and none (plain handshake) in B"},
		{"notable command", "sends connect after C2 in A and after Set Chunk Size in B"},
		{"notable codec", "profile is High in A and Constrained Baseline in B"},
		{"minor command", "only B has command object.supportsGoAway and command object.swfUrl"},
		{"minor metadata", "metadata.framerate is 25 in A and 30 in B"},
		{"minor cadence", "client's video: the rate is 25 frames/s in A and 30 frames/s in B"},
	} {
		if !has(r, words...) {
			t.Errorf("no difference with %q among\n%s", words, strings.Join(sentences(r), "\n"))
		}
	}
	// Both were accepted, so the ways to shake hands are a detail: the first thing
	// that another server may not like is that OBS sets its chunk size before connect.
	if d := r.Differences[0]; d.Area != diff.Command || d.A.Row != 8 || d.B.Row != 9 || r.Differences[1].Area != diff.Codec {
		t.Errorf("first: %+v, then %+v", d, r.Differences[1])
	}
}

func TestGStreamer(t *testing.T) {
	r := compare(t, "ffmpeg5__nginx__publish_and_play", "gst-rtmp2sink__nginx__publish")
	for _, words := range [][]string{
		{"notable control", "sends Set Chunk Size after connect in A and after publish in B"},
		{"notable command", "client's publish: transaction ID is given in A and 0 in B"},
		{"notable command", `deleteStream: the type of argument 1 is number`, `string ("g1")`},
		{"notable codec", "chroma format is 4:2:0 in A and 4:4:4 in B"},
	} {
		if !has(r, words...) {
			t.Errorf("no difference with %q among\n%s", words, strings.Join(sentences(r), "\n"))
		}
	}
}

func TestNothingArrives(t *testing.T) {
	r := compare(t, "ffmpeg5__nginx__publish_and_play", "ffmpeg5__nginx__play_missing")
	if r.A.Session != 2 || r.A.Chosen != "the only one of 2 to play" || !has(r, "decisive codec", "Only in A the server sends audio configuration") {
		t.Errorf("%+v\n%s", r.A, strings.Join(sentences(r), "\n"))
	}
}

func TestNotRTMP(t *testing.T) {
	r := compare(t, "ffmpeg5__nginx__publish_and_play", "ffmpeg7-tls__nginx__tls_to_plain_port")
	if d := r.Differences[0]; d.Area != diff.Framing || !strings.Contains(string(d.Text), "TLS") || r.SameA != 0 {
		t.Errorf("%q", sentences(r))
	}
}

// Differences come by importance, those that follow last; only the first stands
// where it happens.
func TestOrder(t *testing.T) {
	for _, pair := range [][2]string{
		{"ffmpeg5__nginx__publish_and_play", "amf3synthetic__nginx__publish"},
		{"ffmpeg5__nginx__publish_and_play", "ffmpeg5__nginx__wrong_app"},
		{"ffmpeg5__srs__publish_and_play", "obs29__srs__publish"},
	} {
		d := compare(t, pair[0], pair[1]).Differences[1:]
		for i := 1; i < len(d); i++ {
			if d[i-1].Follows && !d[i].Follows || d[i-1].Follows == d[i].Follows && d[i-1].Importance < d[i].Importance {
				t.Errorf("%v: %q stands before %q", pair, d[i-1].Text, d[i].Text)
			}
		}
	}
}
