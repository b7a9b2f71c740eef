package record

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/internal/told"
)

func TestCreateRefusesWhatExists(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.pcapng")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.pcapng")
	if err := os.Symlink(filepath.Join(dir, "elsewhere"), link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	for _, p := range []string{path, link} {
		_, err := Create(p, Options{})
		if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "exists already") {
			t.Errorf("%s: %v", p, err)
		}
	}
	if b, _ := os.ReadFile(path); string(b) != "precious" {
		t.Error("the existing file was changed")
	}
}

func TestCreatedFileIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.pcapng")
	rec, err := Create(path, Options{Version: "9.9"})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	if err := rec.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Error(info.Mode(), err)
	}
	b, _ := os.ReadFile(path)
	for _, want := range []string{"Written by rtmpscope 9.9", "credentials in clear", "stream keys"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("the section header does not say %q", want)
		}
	}
	if rec.Data(1, false, told.Start, nil) == nil {
		t.Error("a closed recorder accepts data")
	}
}

var errDisk = errors.New("no space left on device")

// fullDisk takes n bytes.
type fullDisk struct{ n int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if len(p) > d.n {
		return 0, errDisk
	}
	d.n -= len(p)
	return len(p), nil
}

func TestAFailedRecorderStaysFailed(t *testing.T) {
	disk := &fullDisk{n: 2000}
	rec, err := New(disk, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.Open(1, told.Start, told.Start, told.Addr("192.0.2.1:5000"), told.Addr("192.0.2.2:1935")); err != nil {
		t.Fatal(err)
	}
	rec.Data(1, false, told.Start, make([]byte, 1<<20))
	first := rec.Flush()
	if !errors.Is(first, errDisk) || !strings.Contains(first.Error(), "recording stopped after") {
		t.Fatal(first)
	}
	disk.n = 1 << 30
	for _, err := range []error{rec.Data(1, false, told.Start, []byte("x")), rec.Gap(1, true, told.Start, 5), rec.Fin(1, true, told.Start, ""), rec.Close(), rec.Err()} {
		if err != first {
			t.Errorf("%v, want %v", err, first)
		}
	}
	if disk.n != 1<<30 {
		t.Error("a failed recorder wrote")
	}
}

func TestTimesFollowTheMonotonicClock(t *testing.T) {
	now := time.Now()
	calls := []told.Call{
		{Kind: capture.Opened, At: now, Client: told.Addr("192.0.2.1:5000"), Server: told.Addr("192.0.2.2:1935")},
		{Kind: capture.Data, At: now.Add(3 * time.Second), Data: []byte("a")},
		{Kind: capture.Data, At: now.Add(2 * time.Second), Data: []byte("b"), FromServer: true},
		{Kind: capture.Data, At: now.Add(5 * time.Second), Data: []byte("c")},
	}
	all := told.Read(t, recording(t, calls))
	var got []time.Duration
	for _, r := range all {
		got = append(got, r.Time.Sub(now.Round(0)))
	}
	if want := "[0s 3s 3s 5s]"; fmt.Sprint(got) != want {
		t.Errorf("times %v, want %s", got, want)
	}
}

func TestCollidingConnectionsGetAnotherPort(t *testing.T) {
	client, server := told.Addr("192.0.2.1:5000"), told.Addr("192.0.2.2:1935")
	all := told.Read(t, recording(t, []told.Call{
		{Kind: capture.Opened, ID: 1, At: told.Start, Client: client, Server: server},
		{Kind: capture.Opened, ID: 2, At: told.Start, Client: client, Server: server},
		{Kind: capture.Data, ID: 1, At: told.Start, Data: []byte("one")},
		{Kind: capture.Data, ID: 2, At: told.Start, Data: []byte("two")},
		{Kind: capture.Fin, ID: 1, At: told.Start}, {Kind: capture.Fin, ID: 1, At: told.Start, FromServer: true},
		{Kind: capture.Opened, ID: 3, At: told.Start, Client: client, Server: server},
		{Kind: capture.Data, ID: 3, At: told.Start, Data: []byte("three")},
	}))
	var got []string
	for _, r := range all {
		if r.Kind == capture.Opened || r.Kind == capture.Data {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%d %d %s", r.Conn, r.Client.Port(), r.Text)))
		}
	}
	want := "[1 5000 2 5001 1 5000 one 2 5001 two 3 5000 3 5000 three]"
	if fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	if !strings.Contains(all[1].Reason, "the client's real port is 5000") {
		t.Errorf("the collision is not told: %q", all[1].Reason)
	}
}
