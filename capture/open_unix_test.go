//go:build unix

package capture

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestNamedPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	b := builder{link: 101}.capture(t, greeting[0]).Bytes()
	go os.WriteFile(path, b, 0o600)
	if got := tell(readMemory(t, openInput(t, path, OpenOptions{}))); got != "1c:opened@0" {
		t.Error(got)
	}
}
