package lint

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

const captures = "../../testdata/captures"

// timed is a call on a timeline that stands for one record.
type timed struct {
	at time.Time
	do func(*session.Timeline)
}

// load reads the records of a capture into calls on a timeline, so that they
// can be replayed at will.
func load(t testing.TB, name string) []timed {
	t.Helper()
	return loadFile(t, filepath.Join(captures, name+".pcapng"))
}

func loadFile(t testing.TB, path string) []timed {
	t.Helper()
	src, err := capture.File(path)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	reader, err := capture.NewReader(src)
	if err != nil {
		t.Fatal(err)
	}
	var out []timed
	for {
		rec, err := reader.Next()
		if err != nil {
			return out
		}
		out = append(out, timed{rec.Time, recordCall(rec)})
	}
}

// recordCall does what package analyst does with one record.
func recordCall(rec *capture.Record) func(*session.Timeline) {
	r := *rec
	r.Data = append([]byte(nil), rec.Data...)
	dir := decode.FromClient
	if r.FromServer {
		dir = decode.FromServer
	}
	switch r.Kind {
	case capture.Opened:
		c := session.Connection{ID: r.Conn, At: r.Time, Client: r.Client.String(), Server: r.Server.String(), Note: r.Reason}
		return func(t *session.Timeline) { t.Open(c) }
	case capture.Data:
		return func(t *session.Timeline) { t.Data(r.Conn, dir, r.Time, r.Data) }
	case capture.Gap:
		return func(t *session.Timeline) { t.Gap(r.Conn, dir, r.Time, r.Length) }
	case capture.Outer:
		return func(t *session.Timeline) {
			t.Outer(r.Conn, dir, r.Time, session.Around{Poll: r.Around.Poll, Alert: r.Around.Alert})
		}
	case capture.Fin:
		return func(t *session.Timeline) {
			t.Close(r.Conn, dir, r.Time, session.End{How: session.Fin, Cause: session.Cause(r.Cause.Token), Target: r.Cause.Target, Words: r.Reason})
		}
	}
	return func(t *session.Timeline) {
		t.Close(r.Conn, dir, r.Time, session.End{How: session.Reset, Cause: session.Cause(r.Cause.Token), Target: r.Cause.Target, Words: r.Reason})
	}
}

// foldCapture judges a whole capture.
func foldCapture(t *testing.T, name string) (found []session.Finding, j *Judge) {
	t.Helper()
	found, j, _ = judgeRecords(load(t, name))
	return found, j
}

// judgeRecords judges what load has read.
func judgeRecords(records []timed) (found []session.Finding, j *Judge, line *session.Timeline) {
	j = New(Config{})
	timeline := session.New(session.Options{Judge: j, OnEntry: func(e *session.Entry) {
		if e.Kind == session.Found {
			found = append(found, *e.Finding)
		}
	}})
	for _, call := range records {
		call.do(timeline)
	}
	timeline.Finish()
	return found, j, timeline
}

// sick says what really happened in the captures in which something went
// wrong: the errors and warnings there must be, each with its session. All
// other captures are healthy.
var sick = map[string][]string{
	// lal accepts the second publisher, then closes; the first goes on.
	"ffmpeg5__lal__publish_badname": {"2 error cmd-start-then-close"},
	// MediaMTX lets the second publisher take over and closes the first.
	"ffmpeg5__mediamtx__publish_badname": {"1 error cmd-abrupt-end"},
	"ffmpeg5__nginx__publish_badname":    {"2 error cmd-badname"},
	"ffmpeg5__nginx__wrong_app":          {"1 error cmd-connect-silent-close"},
	// The worker was killed four seconds after publish was accepted.
	"ffmpeg5__nginx__server_killed": {"1 error cmd-abrupt-end"},
	// Nobody publishes what is played; nginx-rtmp accepts and waits.
	"ffmpeg5__nginx__play_missing":          {"1 warning av-no-media", "1 error av-no-media"},
	"ffmpeg5__nginx-ping2s__idle_player":    {"1 warning av-no-media", "1 error av-no-media"},
	"ffmpeg7-tls__nginx__tls_to_plain_port": {"1 error tls-on-plain-port"},
	"rtmpdump__crtmpserver__rtmpe_vod_play": {"1 warning hs-rtmpe-opaque"},
}

// TestCaptures compares errors and warnings with what the programs really did,
// and pins every finding, notes included, to be read by a person.
func TestCaptures(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(captures, "*.pcapng"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d captures, %v", len(files), err)
	}
	var said strings.Builder
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".pcapng")
		found, _ := foldCapture(t, name)
		var grave []string
		fmt.Fprintf(&said, "%s\n", name)
		for _, f := range found {
			if f.Severity > session.Note {
				grave = append(grave, fmt.Sprintf("%d %s %s", f.Session, f.Severity, f.Rule))
			}
			fmt.Fprintf(&said, "  %d %s %s %s: %s\n", f.Session, f.Severity, f.Rule, f.Side, f.Summary.Show(false))
		}
		if diff := cmp.Diff(sick[name], grave); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	golden(t, filepath.Join("testdata", "captures.txt"), said.String())
}

// TestLiveOrderOfCaptures: real sessions, watched live with a tick in every
// silence, give the rows of their file.
func TestLiveOrderOfCaptures(t *testing.T) {
	for name := range sick {
		calls := load(t, name)
		file := rowsOf(func(tl *session.Timeline) {
			for _, c := range calls {
				c.do(tl)
			}
		})
		live := rowsOf(func(tl *session.Timeline) {
			now := calls[0].at
			for _, c := range calls {
				for ; now.Before(c.at); now = now.Add(50 * time.Millisecond) {
					tl.Tick(now)
				}
				c.do(tl)
			}
		})
		if diff := cmp.Diff(file, live); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestPlayMissing: nginx-rtmp accepts to play what nobody publishes. The finding
// says why nothing comes, and the report for how long it was waited for.
func TestPlayMissing(t *testing.T) {
	found, j := foldCapture(t, "ffmpeg5__nginx__play_missing")
	r, _ := j.Report(1)
	if !strings.HasPrefix(r.Stall.Words, "the server accepted play and sends no media (does anybody publish this stream?), for 4.61 s, until the client closed") {
		t.Errorf("%+v", r.Stall)
	}
	if len(found) != 2 || !found[1].Ends(&found[0]) || !strings.HasSuffix(string(found[1].Summary), "nginx-rtmp answers no StreamNotFound but waits for a publisher") {
		t.Errorf("%v", all(found))
	}
	if got := states(r.Steps); !slices.Contains(got, "never came first media (server) 4.61 s") {
		t.Errorf("%q", got)
	}
}
