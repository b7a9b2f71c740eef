package analyst

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/session"
)

// told is one command as the other decoder tells it.
type told struct {
	Name string
	Txn  float64
	Args []any
}

// trueCommands reads the commands of a capture, session by session.
func trueCommands(t *testing.T, name string) (out [][2][]told) {
	t.Helper()
	type side struct {
		CommandDetails []told `json:"command_details"`
	}
	var all struct {
		Reference struct {
			Sessions []struct {
				C2S *side `json:"c2s"`
				S2C *side `json:"s2c"`
			}
		}
	}
	p, err := os.ReadFile(filepath.Join(captures, "truth", name+".json"))
	if err == nil {
		err = json.Unmarshal(p, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all.Reference.Sessions {
		var both [2][]told
		if s.C2S != nil && s.S2C != nil {
			both = [2][]told{s.C2S.CommandDetails, s.S2C.CommandDetails}
		}
		out = append(out, both)
	}
	return out
}

// TestCommandsEqualTheTruth compares every command of every real capture, its
// transaction ID and all its arguments with what the other decoder found.
func TestCommandsEqualTheTruth(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(captures, "*.pcapng"))
	compared := 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".pcapng")
		if readTruth(t, name).Kind != "rtmp" {
			continue
		}
		want := trueCommands(t, name)
		got := make([][2][]told, len(want))
		follow(t, file, func(e *session.Entry) {
			if e.Kind == session.Message && (e.Type == 17 || e.Type == 20) && int(e.Session) <= len(got) {
				side := &got[e.Session-1][e.From&decode.FromServer]
				*side = append(*side, tell(t, e))
			}
		})
		for i := range want {
			for d := range want[i] {
				compared += len(want[i][d])
				if diff := cmp.Diff(want[i][d], got[i][d], cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s, session %d, direction %d: %s", name, i+1, d, diff)
				}
			}
		}
	}
	if compared < 300 {
		t.Errorf("only %d commands were compared", compared)
	}
}

// tell puts a command into the other decoder's form, which leaves an empty
// command object out when nothing follows it.
func tell(t *testing.T, e *session.Entry) told {
	t.Helper()
	c := told{Name: e.Message.Command, Txn: e.Message.Transaction}
	for _, v := range e.Message.Args {
		var x any
		if err := json.Unmarshal(amf.AppendJSON(nil, v, func(_, s string) string { return s }), &x); err != nil {
			t.Fatal(err)
		}
		c.Args = append(c.Args, x)
	}
	if len(c.Args) == 1 && c.Args[0] == nil {
		c.Args = nil
	}
	return c
}
