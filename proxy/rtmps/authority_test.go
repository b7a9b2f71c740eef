package rtmps

import (
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// TestAuthorityIsOne: whoever opens the same file at the same time, or later, gets the
// same authority.
func TestAuthorityIsOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "authority.pem")
	var all sync.WaitGroup
	var prints [8]string
	for i := range prints {
		all.Go(func() {
			if a, err := OpenAuthority(path); err != nil {
				t.Error(err)
			} else {
				prints[i] = a.Fingerprint()
			}
		})
	}
	all.Wait()
	again, err := OpenAuthority(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range prints {
		if p != again.Fingerprint() {
			t.Errorf("%s, and later %s", p, again.Fingerprint())
		}
	}
}

// TestAuthorityIsItsOwners: it is written for its owner alone, and refused when others
// can read it.
func TestAuthorityIsItsOwners(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("who may read a file is not in its mode here")
	}
	path := filepath.Join(t.TempDir(), "authority.pem")
	if _, err := OpenAuthority(path); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenAuthority(path); err == nil {
		t.Error("one that others can read is taken")
	}
}
