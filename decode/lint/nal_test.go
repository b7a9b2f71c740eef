package lint

import (
	"bytes"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/media"
)

// TestScanIsBounded: of a frame of more NAL units than a stream in use has, nothing is read
// behind the bound and nothing is said, be it a hostile frame or a strange one.
func TestScanIsBounded(t *testing.T) {
	slice := []byte{0, 0, 0, 2, 0x41, 0x9a}
	if s := scanNAL(bytes.Repeat(slice, maxScanned), media.AVC, 4); !s.fits || !s.slices {
		t.Errorf("a frame of %d slices gives %+v", maxScanned, s)
	}
	torn := append(bytes.Repeat(slice, maxScanned), 0, 0, 0, 9) // its end does not fit
	if s := scanNAL(torn, media.AVC, 4); s != (nalScan{fits: true}) {
		t.Errorf("one of more gives %+v", s)
	}
	if anyLater(append(bytes.Repeat([]byte{0, 0, 0, 0}, maxScanned), 0, 0, 0, 3, 0x01, 0xa8, 0), media.Config{Codec: media.AVC}, 4) {
		t.Error("a slice behind the bound is looked at")
	}
}
