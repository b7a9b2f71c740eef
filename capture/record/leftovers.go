package record

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"regexp"

	"github.com/rtmpscope/rtmpscope/capture/pcapng"
)

// What programs that were killed may have left in a directory for temporary files:
// directories of versions before rings, and files that could not be without a name.
var (
	leftDir  = regexp.MustCompile(`^rtmpscope-[0-9]+$`)
	leftFile = regexp.MustCompile(`^rtmpscope-[0-9]+\.pcap$`)
	leftPart = regexp.MustCompile(`^capture(\.[0-9]{4,})?\.pcapng$`)
)

// Sweep removes what programs that are dead left in a directory for temporary files,
// and returns how many files that were, and their bytes. A recording that is
// locked is somebody's, and one that was ended in order was left on purpose: both
// stay.
func Sweep(dir string) (files int, bytes int64) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, 0 // what cannot be listed cannot be swept
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir() && leftDir.MatchString(e.Name()):
			n, size := sweepDir(path)
			files, bytes = files+n, bytes+size
		case e.Type().IsRegular() && leftFile.MatchString(e.Name()):
			info, err := e.Info()
			if err == nil && os.Remove(path) == nil { // where it is in use, that fails
				files, bytes = files+1, bytes+info.Size()
			}
		}
	}
	return files, bytes
}

// sweepDir removes the recording in a directory of its own.
func sweepDir(dir string) (files int, bytes int64) {
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		return 0, 0 // somebody else's, or just made
	}
	var paths []string
	for _, e := range entries {
		if !e.Type().IsRegular() || !leftPart.MatchString(e.Name()) {
			return 0, 0
		}
		f, err := OpenToWrite(filepath.Join(dir, e.Name()))
		if err != nil {
			return 0, 0 // locked, or not ours
		}
		defer f.Close() // and with that the lock, once all is removed
		if ended(f) {
			return 0, 0
		}
		info, _ := f.Stat()
		paths, bytes = append(paths, f.Name()), bytes+info.Size()
	}
	for _, path := range paths {
		err = errors.Join(err, os.Remove(path))
	}
	if errors.Join(err, os.Remove(dir)) != nil {
		return 0, 0
	}
	return len(paths), bytes
}

// ended says that a recording was ended in order: its last block says how much was
// recorded.
func ended(f *os.File) bool {
	info, err := f.Stat()
	var length, kind [4]byte
	if err != nil {
		return false
	}
	if _, err := f.ReadAt(length[:], info.Size()-4); err != nil {
		return false
	}
	last := info.Size() - int64(binary.LittleEndian.Uint32(length[:]))
	if _, err := f.ReadAt(kind[:], last); err != nil || binary.LittleEndian.Uint32(kind[:]) != pcapng.KindStatistics {
		return false
	}
	block := make([]byte, info.Size()-last)
	_, err = f.ReadAt(block, last)
	return err == nil && !isBeat(block)
}
