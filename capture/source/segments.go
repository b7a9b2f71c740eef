package source

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// SegmentName is the name of segment number n of the recording at path.
func SegmentName(path string, n int) string {
	if n == 1 {
		return path
	}
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s.%04d%s", strings.TrimSuffix(path, ext), n, ext)
}

// partOf is the inverse of SegmentName; 0 when name is none of them.
func partOf(path, name string) int {
	if name == path {
		return 1
	}
	ext := filepath.Ext(path)
	digits, found := strings.CutPrefix(strings.TrimSuffix(name, ext), strings.TrimSuffix(path, ext)+".")
	n, err := strconv.Atoi(digits)
	if !found || err != nil || n < 2 || SegmentName(path, n) != name {
		return 0
	}
	return n
}

// SegmentBase undoes SegmentName: the path of the first segment, and the number.
func SegmentBase(path string) (string, int) {
	ext := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ext)
	if n := partOf(stem, path); n > 1 {
		return stem, n // a name without an extension
	}
	if dot := strings.LastIndexByte(stem, '.'); dot >= 0 {
		if first := stem[:dot] + ext; partOf(first, path) > 1 {
			return first, partOf(first, path)
		}
	}
	return path, 1
}

// SegmentNumbers lists the numbers of the files whose names follow.
func SegmentNumbers(base string, number int) []int {
	entries, err := os.ReadDir(filepath.Dir(base))
	if err != nil {
		return nil // a directory may be readable by name only
	}
	var numbers []int
	for _, e := range entries {
		if n := partOf(filepath.Base(base), e.Name()); n > number {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
}

// OpenRegular opens a regular file for reading.
func OpenRegular(path string) (*os.File, error) {
	info, err := os.Stat(path) // before it is opened: opening a pipe waits for a writer
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file; a capture has to be read at any offset", path)
	}
	return os.Open(path)
}
