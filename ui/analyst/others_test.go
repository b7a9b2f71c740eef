package analyst

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// otherSession is what the other decoder found in one connection of a capture
// that is not part of the repository.
type otherSession struct {
	Client   string
	C2S, S2C *otherSide
}

// otherSide is one direction of it.
type otherSide struct {
	Messages       int
	PayloadBytes   int    `json:"payload_bytes"`
	CommandDetails []told `json:"command_details"`
}

// others returns the files with one of the extensions in the directory that
// RTMPSCOPE_CAPTURES names, for captures that must not be committed.
func others(t *testing.T, extensions ...string) (files []string) {
	t.Helper()
	dir := os.Getenv("RTMPSCOPE_CAPTURES")
	if dir == "" {
		t.Skip("RTMPSCOPE_CAPTURES names no directory with captures")
	}
	for _, extension := range extensions {
		found, err := filepath.Glob(filepath.Join(dir, "*"+extension))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Skipf("no *%s in %s, which is an absolute path?", strings.Join(extensions, ", *"), dir)
	}
	return files
}

// TestOtherCaptures compares the captures in the directory RTMPSCOPE_CAPTURES with
// truth/NAME.json in it, where there is one. Every row is read again.
func TestOtherCaptures(t *testing.T) {
	for _, file := range others(t, ".pcap", ".cap", ".pcapng") {
		name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		t.Run(name, func(t *testing.T) {
			got := map[uint32]*otherSession{}
			a := follow(t, file, func(e *session.Entry) {
				switch e.Kind {
				case session.Lost:
					t.Errorf("row %d, session %d: %s", e.Number, e.Session, e.Reason.Text)
				case session.Message:
					take(t, got, e)
				}
			})
			s := a.Snapshot()
			t.Logf("%d sessions, %d rows", len(s.Sessions()), s.Len())
			for n := 1; n <= s.Len(); n++ {
				if _, err := a.Detail(n); err != nil {
					t.Errorf("row %d: %v", n, err)
				}
			}
			compareOther(t, filepath.Join(filepath.Dir(file), "truth", name+".json"), s.Sessions(), got)
		})
	}
}

// take adds a message to its session.
func take(t *testing.T, got map[uint32]*otherSession, e *session.Entry) {
	s := got[e.Session]
	if s == nil {
		s = &otherSession{C2S: &otherSide{}, S2C: &otherSide{}}
		got[e.Session] = s
	}
	side := s.C2S
	if e.From == decode.FromServer {
		side = s.S2C
	}
	side.Messages++
	side.PayloadBytes += len(e.Body)
	if e.Type == 17 || e.Type == 20 {
		side.CommandDetails = append(side.CommandDetails, tell(t, e))
	}
}

// compareOther compares sessions with the truth by the client's address. The other
// decoder lists connections without a message, which may have no row here.
func compareOther(t *testing.T, truth string, sessions []session.Info, got map[uint32]*otherSession) {
	t.Helper()
	p, err := os.ReadFile(truth)
	if os.IsNotExist(err) {
		t.Log("nothing to compare it with")
		return
	}
	var want struct{ Sessions []otherSession }
	if err == nil {
		err = json.Unmarshal(p, &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range want.Sessions {
		if w.C2S == nil || w.S2C == nil {
			continue
		}
		i := slices.IndexFunc(sessions, func(s session.Info) bool { return s.Client == w.Client })
		if i < 0 {
			t.Errorf("no session of %s", w.Client)
			continue
		}
		found := got[sessions[i].Number]
		found.Client = w.Client
		if diff := cmp.Diff(&w, found, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	}
}

// TestOtherStreams decodes single directions without a capture around them, files
// named *.bin. Nothing may be lost in them; only the last message may be cut.
func TestOtherStreams(t *testing.T) {
	for _, file := range others(t, ".bin") {
		p, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		dir := decode.FromClient
		if strings.Contains(filepath.Base(file), "server") {
			dir = decode.FromServer
		}
		d := decode.New(dir, decode.DefaultLimits())
		d.Write(p)
		kinds := map[decode.Kind]int{}
		for range 2 {
			for e := d.Next(); e != nil; e = d.Next() {
				kinds[e.Kind]++
				if e.Kind == decode.Lost || e.Kind == decode.Anomaly || e.Kind == decode.Aborted && e.Reason.Token != "end" {
					t.Errorf("%s: %v at %d: %s", file, e.Kind, e.Offset, e.Reason.Text)
				}
			}
			d.Finish()
		}
		t.Logf("%s: %v", filepath.Base(file), kinds)
		if kinds[decode.Message] < 3 || kinds[decode.Handshake] != 3 {
			t.Errorf("%s: %v", file, kinds)
		}
	}
}
