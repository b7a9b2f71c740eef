package live

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rtmpscope/rtmpscope/capture"
	"github.com/rtmpscope/rtmpscope/capture/record"
	"github.com/rtmpscope/rtmpscope/proxy"
)

// quiet is a log that nobody reads.
type quiet struct{}

func (quiet) Debugf(string, ...any) {}
func (quiet) Warnf(string, ...any)  {}
func (quiet) Errorf(string, ...any) {}

func TestWhatIsBufferedIsWrittenWithEveryBeat(t *testing.T) {
	rec, err := record.Create(filepath.Join(t.TempDir(), "a.pcapng"), record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	defer rec.Close()
	r := &recording{queue: proxy.NewQueue(1<<20, false), rec: rec, log: quiet{}}
	before := rec.Source().Size()
	if err := rec.Open(1, time.Now(), time.Now(), netip.AddrPort{}, netip.AddrPort{}); err != nil {
		t.Fatal(err)
	}
	if rec.Source().Size() != before {
		t.Fatal("nothing was buffered")
	}
	r.tick()
	if rec.Source().Size() == before {
		t.Error("the beat did not write out what was buffered")
	}
}

func TestANoteIsWrittenWhileRecording(t *testing.T) {
	q := proxy.NewQueue(1<<20, false)
	path := filepath.Join(t.TempDir(), "a.pcapng")
	rec, err := record.Create(path, record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer rec.Source().Close()
	r := startRecording(q, rec, true, quiet{})
	q.Opened(1, proxy.ConnInfo{Accepted: time.Now(), Connected: time.Now()})
	n := capture.NewNote(capture.PlainNote, "seen live", time.Now())
	n.Conn = 1
	if err := r.note(n); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(path) // the recording has not ended
	if err != nil || !bytes.Contains(written, []byte("seen live")) {
		t.Errorf("the note is not in the file yet, %v", err)
	}
	q.Close()
	<-r.done
	if s := r.shortfall(); s != (Shortfall{}) {
		t.Errorf("%+v", s)
	}
}
