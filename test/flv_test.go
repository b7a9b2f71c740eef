//go:build unix

package peers

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"testing"
)

// readTags returns one line for each audio and video tag of an FLV file, with
// type, timestamp and the hash of the payload (Adobe FLV 10.1, annex E.4).
// Script tags are left out: servers write their own. An unfinished last tag is
// left out too, because the file may still be growing.
func readTags(t *testing.T, file string) []string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) < 13 || string(b[:3]) != "FLV" {
		t.Fatalf("%s does not begin like an FLV file", file)
	}
	var tags []string
	for b = b[13:]; len(b) >= 11; { // file header and the first PreviousTagSize
		size := int(b[1])<<16 | int(b[2])<<8 | int(b[3])
		timestamp := uint32(b[7])<<24 | uint32(b[4])<<16 | uint32(b[5])<<8 | uint32(b[6])
		end := 11 + size
		if len(b) < end+4 {
			break
		}
		if b[0] == 8 || b[0] == 9 {
			sum := sha256.Sum256(b[11:end])
			tags = append(tags, fmt.Sprintf("type %d at %d: %d bytes %s", b[0], timestamp, size, hex.EncodeToString(sum[:8])))
		}
		b = b[end+4:]
	}
	return tags
}
