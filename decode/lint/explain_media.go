package lint

import (
	"fmt"
	"maps"

	"github.com/rtmpscope/rtmpscope/decode/media"
)

// mediaTerms are the words of Enhanced RTMP that rows and details use.
var mediaTerms = map[string]string{
	"SequenceStart":        "packet type 0: the codec configuration, which comes before the frames",
	"CodedFrames":          "packet type 1: coded frames; of AVC, HEVC and VVC behind three bytes of composition time",
	"SequenceEnd":          "packet type 2: no more media of this sequence",
	"CodedFramesX":         "packet type 3 of video: coded frames whose composition time is 0 and left out",
	"Metadata":             "packet type 4 of video: AMF values about the picture, such as colorInfo",
	"MultichannelConfig":   "packet type 4 of audio: which channels there are and in which order",
	"MPEG2TSSequenceStart": "packet type 5 of video: the beginning of a sequence in the form of MPEG-2 TS; of AV1 an AV1VideoDescriptor. It begins a sequence as SequenceStart does",
	"Multitrack":           "packet type 6 of video, 5 of audio: a multitrack header follows; it may not stand inside another",
	"ModEx":                "packet type 7: a modifier before the real packet type, such as TimestampOffsetNano",
	"TimestampOffsetNano":  "ModEx type 0: three bytes of nanoseconds, at most 999,999, that are added to the timestamp",
	"OneTrack":             "multitrack type 0: one track, its ID behind the FourCC",
	"ManyTracks":           "multitrack type 1: several tracks in one codec, each with its ID and length",
	"ManyTracksManyCodecs": "multitrack type 2: several tracks, each with its FourCC, ID and length",
	"colorInfo":            "video metadata: colorConfig (H.273 codes for primaries, transfer and matrix), hdrCll and hdrMdcv",
	"Unspecified":          "channel order 0: only the number of channels is said",
	"Native":               "channel order 1: a mask of 32 bits says which channels there are, in the order of the bits",
	"Custom":               "channel order 2: a byte for each channel says where it belongs",
	"avc1":                 "FourCC of H.264 (AVC)", "hvc1": "FourCC of H.265 (HEVC)", "vvc1": "FourCC of H.266 (VVC)", "av01": "FourCC of AV1",
	"vp08": "FourCC of VP8", "vp09": "FourCC of VP9", "mp4a": "FourCC of AAC", "Opus": "FourCC of Opus", "fLaC": "FourCC of FLAC",
	".mp3": "FourCC of MP3", "ac-3": "FourCC of AC-3", "ec-3": "FourCC of E-AC-3",
	"ExHeader":           "a tag in the form of Enhanced RTMP: of video the top bit of the first byte, of audio sound format 9",
	"AV1VideoDescriptor": "what MPEG2TSSequenceStart carries for AV1: tag 0x80, length 4, and the four bytes with which the configuration record begins",
	"Reconnect":          "bit 0x1 of capsEx: the client follows NetConnection.Connect.ReconnectRequest",
	"FourCcInfoMask":     "what a side can do with a codec: 0x1 decode, 0x2 encode, 0x4 forward",
	"CanDecode":          "bit 0x1 of a FourCC info map: the side decodes this codec",
	"CanEncode":          "bit 0x2 of a FourCC info map: the side encodes this codec",
	"CanForward":         "bit 0x4 of a FourCC info map: the side passes this codec on without understanding it",
	"AudioChannelOrder":  "the first byte of MultichannelConfig: 0 Unspecified, 1 Native, 2 Custom; others are reserved",
}

func init() {
	maps.Copy(mediaTerms, media.MetadataMembers())
	for i, name := range media.ChannelNames() {
		mediaTerms[name] = fmt.Sprintf("a channel of MultichannelConfig: position %d of order Custom, bit 0x%x of the mask of order Native", i, 1<<i)
	}
}

func explainMedia(term string) (string, bool) {
	words, ok := mediaTerms[term]
	return fmt.Sprintf("%s: %s. Source: Enhanced RTMP v2, Enhanced Audio and Enhanced Video.", term, words), ok
}
