package lint

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/chunk"
	"github.com/rtmpscope/rtmpscope/decode/message"
)

// terms are the names of the detail pane that no other table explains, the members of
// metadata and status objects, and the words of streaming that rows and reports use.
var terms = map[string]string{
	"AAC packet type":                   "0 AudioSpecificConfig, 1 raw frame. Source: FLV 10.1 §E.4.2.1.",
	"aborted":                           "a message that was not completed. Source: rtmpscope.",
	"acknowledgement window size":       "how many bytes the other side may send before it must get an acknowledgement. Source: RTMP 1.0 §5.4.4.",
	"ahead":                             "media sent faster than their timestamps go: buffered at the start, or not in real time. Source: rtmpscope.",
	"anomaly":                           "bytes that cannot be taken at their word: a reading was chosen, and the row says which. Source: rtmpscope.",
	"AspectRatioX":                      "a member of metadata: width of a pixel against its height. Source: FLV 10.1 §E.5.",
	"AspectRatioY":                      "a member of metadata: height of a pixel against its width. Source: FLV 10.1 §E.5.",
	"audio":                             "a member of metadata: whether there is audio. Source: FLV 10.1 §E.5.",
	"audio object type":                 "1 AAC Main, 2 AAC-LC, 5 SBR (HE-AAC), 29 PS (HE-AAC v2). Source: ISO 14496-3 §1.5.1.1.",
	"audiochannels":                     "a member of metadata: number of channels. Source: FLV 10.1 §E.5.",
	"audiosamplerate":                   "a member of metadata: samples a second. Source: FLV 10.1 §E.5.",
	"audiosamplesize":                   "a member of metadata: bits a sample. Source: FLV 10.1 §E.5.",
	"AudioSpecificConfig":               "the configuration of AAC: object type, rate, channels. Without it no frame can be decoded. Source: ISO 14496-3 §1.6.2.1.",
	"AVC decoder configuration record":  "the configuration of H.264: profile, level, SPS and PPS. Without it no frame can be decoded. Source: ISO 14496-15 §5.3.3.1.",
	"AVC level indication":              "ten times the level: 31 is 3.1, which carries 1280×720 at 30 frames a second. Source: ISO 14496-15 §5.3.3.1.",
	"AVC profile indication":            "66 Baseline, 77 Main, 100 High. Source: ISO 14496-15 §5.3.3.1.",
	"avmplus marker":                    "0x11: an AMF3 value stands inside AMF0. Source: AMF0 §3.1.",
	"B frame":                           "a picture that refers to a later one, so that decoding and presentation order differ. Source: H.264 §3.",
	"bandwidth":                         "bytes that may be under way without an acknowledgement, in Set Peer Bandwidth; in onBWDone what was measured. Source: RTMP 1.0 §5.4.5.",
	"basic header":                      "the first one to three bytes of a chunk: format and chunk stream ID. Source: RTMP 1.0 §5.3.1.1.",
	"buffer length":                     "milliseconds of media that a player wants ahead of what it shows. Source: RTMP 1.0 §7.1.7.",
	"C0":                                "the first byte of the client: the version, 3. Source: RTMP 1.0 §5.2.",
	"C1":                                "1536 bytes of the client: its time, zero or a version, and random bytes or a digest. Source: RTMP 1.0 §5.2.",
	"C2":                                "1536 bytes: the client repeats the server's S1. Source: RTMP 1.0 §5.2.",
	"channel configuration":             "1 mono, 2 stereo, 6: 5.1; 0: the frames say it. Source: ISO 14496-3 §1.6.3.5.",
	"chunk size":                        "the most bytes of a message that one chunk carries: 128 until Set Chunk Size says otherwise, for each direction by itself. Source: RTMP 1.0 §5.4.1.",
	"clientid":                          "a member of a status object: how the server calls the client; decides nothing. Source: ActionScript 3.0 Reference, NetStatusEvent.",
	"codec id":                          "which codec the video has: 7 AVC (H.264), 12 HEVC as Chinese services send it. Source: FLV 10.1 §E.4.3.1.",
	"command name":                      "what is asked for, or _result, _error or onStatus. Source: RTMP 1.0 §7.2.",
	"command object":                    "properties of the command; null for most but connect. Source: RTMP 1.0 §7.2.",
	"compatible_brands":                 "a member of metadata: of the MP4 file from which it is sent, added by ffmpeg. Source: FLV 10.1 §E.5.",
	"composition time":                  "milliseconds from decoding to presentation: above 0 where B frames change the order. Source: FLV 10.1 §E.4.3.1.",
	"configuration version":             "1 in every decoder configuration record. Source: ISO 14496-15 §5.3.3.1.",
	"counted":                           "small messages that came too fast to be shown one by one. Source: rtmpscope.",
	"creationdate":                      "a member of metadata: when the file was made. Source: FLV 10.1 §E.5.",
	"csid":                              "the chunk stream ID: chunks with the same ID belong to one message after another. 2 is the control stream. Source: RTMP 1.0 §5.3.1.",
	"cts":                               "composition time: presentation less decoding time. Source: FLV 10.1 §E.4.3.1.",
	"data name":                         "what a data message is about: onMetaData, |RtmpSampleAccess. Source: RTMP 1.0 §7.1.2.",
	"description":                       "a member of a status object: what happened, in words that every server chooses for itself. Source: ActionScript 3.0 Reference, NetStatusEvent.",
	"details":                           "a member of a status object: the stream name, or more about what happened. Source: ActionScript 3.0 Reference, NetStatusEvent.",
	"dialect":                           "a place where real senders disagree about the protocol: which reading was chosen, and why. Source: rtmpscope.",
	"digest":                            "32 bytes, HMAC-SHA256 of the rest of C1 or S1: the handshake of Flash Player 9 and later. Source: librtmp, nginx-rtmp, SRS.",
	"displayHeight":                     "a member of metadata: pixels as they are to be shown. Source: FLV 10.1 §E.5.",
	"displayWidth":                      "a member of metadata: pixels as they are to be shown. Source: FLV 10.1 §E.5.",
	"drift":                             "media time running away from the clock. Source: rtmpscope.",
	"dts":                               "decoding time: the timestamp of the message. Source: FLV 10.1 §E.4.",
	"encoder":                           "a member of metadata: the program that made the media. Source: FLV 10.1 §E.5.",
	"event data":                        "the bytes behind the type of a user control event. Source: RTMP 1.0 §7.1.7.",
	"event type":                        "which user control event it is: 0 Stream Begin, 3 Set Buffer Length, 6 Ping Request and others. Source: RTMP 1.0 §7.1.7.",
	"ex audio header":                   "the first byte of an enhanced audio tag: sound format 9. Source: Enhanced RTMP v2.",
	"ex video header":                   "the first byte of an enhanced video tag: its top bit is set. Source: Enhanced RTMP v2.",
	"extended timestamp":                "four bytes behind the message header when its timestamp field is 0xffffff. Source: RTMP 1.0 §5.3.1.3.",
	"fileSize":                          "a member of metadata: bytes of the file; 0 for live. Source: FLV 10.1 §E.5.",
	"finding":                           "what a rule says about behaviour that could be read well. Source: rtmpscope.",
	"FMLE":                              "Flash Media Live Encoder: the name that most encoders give as their own in flashVer. Source: rtmpscope.",
	"fmt":                               "the two top bits of a chunk header: how much of the message header follows. 0: all of it, 1: without the message stream ID, 2: only a timestamp delta, 3: nothing. Source: RTMP 1.0 §5.3.1.",
	"format selector":                   "the first byte of an AMF3 command: 0, values in AMF0, each AMF3 value behind 0x11. Source: RTMP Errata and Addenda.",
	"FourCC":                            "four letters that name a codec: avc1, hvc1, av01, Opus. Source: Enhanced RTMP v2.",
	"fps":                               "a member of metadata: frames a second, as some programs call framerate. Source: FLV 10.1 §E.5.",
	"frame type":                        "1 keyframe, 2 inter frame, 3 disposable inter frame, 5 command. Source: FLV 10.1 §E.4.3.1.",
	"gap":                               "bytes that were sent and are not in the capture. Source: rtmpscope.",
	"gop":                               "group of pictures: a keyframe and what follows up to the next. Its length is how long a new player waits at worst. Source: H.264; ISO 13818-2.",
	"height":                            "a member of metadata: pixels. Source: FLV 10.1 §E.5.",
	"HEVC decoder configuration record": "the configuration of H.265: profile, tier, level, VPS, SPS and PPS. Without it no frame can be decoded. Source: ISO 14496-15 §8.3.3.1.",
	"IDR":                               "a keyframe of H.264 or H.265 across which no picture refers. Source: H.264 §3.69.",
	"information":                       "the object that says how a command went: level, code, description. Source: RTMP 1.0 §7.2.",
	"is ex header":                      "the top bit of a video tag: a FourCC follows instead of a codec ID. Source: Enhanced RTMP v2.",
	"jitter":                            "how unevenly media arrive against their timestamps. Source: rtmpscope.",
	"keyframe":                          "a picture that needs no other: a player can only begin here. Source: H.264 §3.69 (IDR picture).",
	"late":                              "media that come later than their timestamps say, measured from the earliest. Source: rtmpscope.",
	"length size":                       "the low two bits say, less one, how many bytes a NAL unit length has. Source: ISO 14496-15 §5.3.3.1.",
	"level":                             "in metadata the level of the video codec; in a status object status, warning or error. Source: FLV 10.1 §E.5.",
	"limit type":                        "of Set Peer Bandwidth: 0 hard, 1 soft, 2 dynamic (hard if the limit before was hard). Source: RTMP 1.0 §5.4.5.",
	"lost":                              "from here on the framing cannot be trusted. Source: rtmpscope.",
	"major_brand":                       "a member of metadata: the kind of the MP4 file from which it is sent, added by ffmpeg. Source: FLV 10.1 §E.5.",
	"marker":                            "the byte that says which kind of AMF value follows: 0x00 number, 0x02 string, 0x03 object, 0x05 null. Source: AMF0, AMF3.",
	"message header":                    "the 11, 7, 3 or 0 bytes behind the basic header: timestamp, length, type, message stream ID. Source: RTMP 1.0 §5.3.1.2.",
	"message length":                    "bytes of the whole message, which may take several chunks. Source: RTMP 1.0 §5.3.1.2.",
	"message stream id":                 "the message stream on which a message is: 0 is the NetConnection. The only little-endian field of RTMP. Source: RTMP 1.0 §5.3.1.2.",
	"message type id":                   "what kind of message it is: 8 audio, 9 video, 20 command. Source: RTMP 1.0 §5.3.1.2.",
	"metadata":                          "what the publisher says of its media, in onMetaData. Players show it; decoders do not need it. Source: FLV 10.1 §E.5.",
	"metadatacreator":                   "a member of metadata: the program that wrote the metadata. Source: FLV 10.1 §E.5.",
	"minor_version":                     "a member of metadata: of the MP4 file from which it is sent, added by ffmpeg. Source: FLV 10.1 §E.5.",
	"msid":                              "the message stream ID: 0 is the NetConnection; createStream makes others, on which is published and played. Source: RTMP 1.0 §5.3.1.",
	"NAL unit":                          "the unit of H.264, H.265 and H.266: a parameter set, a slice of a picture, or SEI. Source: H.264 §7.3.1.",
	"NAL unit length":                   "four bytes, or as many as the configuration says, in front of each NAL unit. Source: ISO 14496-15 §5.3.4.2.",
	"NetConnection":                     "the connection of a client to an application of the server, message stream 0. Source: RTMP 1.0 §7.2.1.",
	"NetStream":                         "a message stream on which something is published or played. Source: RTMP 1.0 §7.2.2.",
	"number of PPS":                     "in the AVC decoder configuration record, in front of the parameter sets. Source: ISO 14496-15 §5.3.3.1.",
	"number of SPS":                     "in the AVC decoder configuration record, in front of the parameter sets. Source: ISO 14496-15 §5.3.3.1.",
	"number of SPS extensions":          "in the AVC decoder configuration record, in front of the parameter sets. Source: ISO 14496-15 §5.3.3.1.",
	"object end marker":                 "00 00 09: an AMF0 object or ECMA array is over. Source: AMF0 §2.11.",
	"OpusHead":                          "the configuration of Opus: channels, pre-skip, rate of the source. Source: RFC 7845 §5.1.",
	"packet type":                       "0 configuration, 1 frame, 2 end of sequence; Enhanced RTMP has more. Source: FLV 10.1 §E.4.3.1.",
	"PPS":                               "picture parameter set: how the pictures are coded. Source: H.264 §7.3.2.2, H.265 §7.3.2.3.1.",
	"PPS length":                        "in the AVC decoder configuration record, in front of the parameter sets. Source: ISO 14496-15 §5.3.3.1.",
	"profile":                           "a member of metadata: the profile of the video codec, in words. Source: FLV 10.1 §E.5.",
	"profile compatibility":             "the constraint flags of the SPS. Source: ISO 14496-15 §5.3.3.1.",
	"properties":                        "what the server says of itself in the answer to connect. Source: RTMP 1.0 §7.2.1.1.",
	"pts":                               "presentation time: the timestamp and the composition time. Source: FLV 10.1 §E.4.3.1.",
	"publishing name":                   "the stream name of publish: most services take it for the stream key. Source: RTMP 1.0 §7.2.2.6.",
	"publishing type":                   "live, record or append. Source: RTMP 1.0 §7.2.2.6.",
	"random":                            "bytes of the handshake that mean nothing. Source: RTMP 1.0 §5.2.3.",
	"random echo":                       "the random bytes of the peer, sent back; with the digest handshake a signature. Source: RTMP 1.0 §5.2.4.",
	"raw AAC":                           "one AAC frame without a header: 1024 samples, 960 or 2048 of some kinds. Source: ISO 14496-3 §4.4.2.1.",
	"reason":                            "a member of a status object: why, in words of the server. Source: ActionScript 3.0 Reference, NetStatusEvent.",
	"resynced":                          "from here on the framing holds again. Source: rtmpscope.",
	"rtt":                               "round-trip time: from a request to its answer, as this program saw both. Source: rtmpscope.",
	"S0":                                "the first byte of the server: the version, 3. Source: RTMP 1.0 §5.2.",
	"S1":                                "1536 bytes of the server, like C1. Source: RTMP 1.0 §5.2.",
	"S2":                                "1536 bytes: the server repeats the client's C1. Source: RTMP 1.0 §5.2.",
	"sampling frequency index":          "3: 48000, 4: 44100 Hz and so on; 15: the rate itself follows. Source: ISO 14496-3 §1.6.3.4.",
	"SEI":                               "supplemental enhancement information: what is not needed for decoding, such as captions, timecodes, or the settings of x264. Source: H.264 annex D.",
	"sequence header":                   "the message with the codec configuration, in front of the frames. Source: FLV 10.1 §E.4.",
	"sequence number":                   "how many bytes the side that acknowledges has received so far. It wraps around at 4 GiB. Source: RTMP 1.0 §5.4.3.",
	"Server":                            "a member of metadata: the program that passes the stream on. Source: FLV 10.1 §E.5.",
	"server":                            "a member of metadata: the program that passes the stream on. Source: FLV 10.1 §E.5.",
	"server_version":                    "a member of metadata: of the program that passes the stream on. Source: FLV 10.1 §E.5.",
	"sound format":                      "which codec the audio has: 2 MP3, 10 AAC, 11 Speex. Source: FLV 10.1 §E.4.2.1.",
	"sound header":                      "the first byte of an audio message: format, rate, size, channels. Of AAC only the format counts. Source: FLV 10.1 §E.4.2.1.",
	"sound rate":                        "0: 5.5, 1: 11, 2: 22, 3: 44.1 kHz; always 3 for AAC, whatever its rate. Source: FLV 10.1 §E.4.2.1.",
	"sound size":                        "0: 8 bits, 1: 16 bits a sample; always 1 for compressed formats. Source: FLV 10.1 §E.4.2.1.",
	"sound type":                        "0 mono, 1 stereo; always 1 for AAC, whatever its channels. Source: FLV 10.1 §E.4.2.1.",
	"SPS":                               "sequence parameter set: profile, level, picture size and timing of H.264, H.265 or H.266. Source: H.264 §7.3.2.1.1, H.265 §7.3.2.2.",
	"SPS length":                        "in the AVC decoder configuration record, in front of the parameter sets. Source: ISO 14496-15 §5.3.3.1.",
	"stall":                             "a side that does not read, or media that stand still. Source: rtmpscope.",
	"start":                             "of play: where to begin, in seconds; -2 live or recorded, -1 live only. Source: RTMP 1.0 §7.2.2.1.",
	"stereo":                            "a member of metadata: whether there are two channels. Source: FLV 10.1 §E.5.",
	"stream id":                         "the message stream ID that createStream is answered with. Source: RTMP 1.0 §7.2.1.3.",
	"stream key":                        "the name that is published: who knows it can publish, so it is masked. Source: rtmpscope.",
	"stream name":                       "the name behind play: mp4: and flv: in front of it name a container. Source: RTMP 1.0 §7.2.2.1.",
	"STREAMINFO":                        "the configuration of FLAC: block sizes, rate, channels, depth. Source: RFC 9639 §8.2.",
	"time":                              "in the handshake: milliseconds on a clock that begins anywhere. Source: RTMP 1.0 §5.2.3.",
	"time2":                             "in C2 and S2: when the bytes of the peer were read. Source: RTMP 1.0 §5.2.4.",
	"timestamp":                         "milliseconds on the clock of the sender. It may begin anywhere, has 32 bits and wraps around after 49.7 days. Source: RTMP 1.0 §5.3.1, §6.1.",
	"timestamp delta":                   "milliseconds since the message before on the same chunk stream (formats 1 and 2). Source: RTMP 1.0 §5.3.1.2.",
	"title":                             "a member of metadata: of the media. Source: FLV 10.1 §E.5.",
	"traits":                            "the class of an AMF3 object, and the names of its members. Source: AMF3 §3.12.",
	"transaction id":                    "the number by which an answer names its request. 0 wants no answer. Source: RTMP 1.0 §7.2.",
	"type":                              "nonprivate, in connect; decides nothing. Source: ActionScript 3.0 Reference, NetStatusEvent.",
	"unclaimed bytes":                   "bytes that no field of the message takes: more was sent than the type has. Source: rtmpscope.",
	"version":                           "in C0 and S0: 3 is RTMP, 6 and 8 are RTMPE. Source: RTMP 1.0 §5.2.2.",
	"video":                             "a member of metadata: whether there is video. Source: FLV 10.1 §E.5.",
	"video header":                      "the first byte of a video message: frame type and codec. Source: FLV 10.1 §E.4.3.1.",
	"VP codec configuration record":     "the configuration of VP8 and VP9: profile, level, depth, colours. Source: VP Codec ISO Media File Format Binding §2.2.",
	"VPS":                               "video parameter set of H.265 and H.266: its layers. Source: H.265 §7.3.2.1.",
	"width":                             "a member of metadata: pixels. Source: FLV 10.1 §E.5.",
}

// term finds an explanation whatever the case.
func explainTerm(what string) (string, bool) {
	if words, ok := terms[what]; ok {
		return what + ": " + words, true
	}
	for name, words := range terms {
		if strings.EqualFold(name, what) {
			return name + ": " + words, true
		}
	}
	return "", false
}

// explainFamily lists the status codes that begin with the words: NetStream.Play.
func explainFamily(begun string) (string, bool) {
	begun = strings.TrimSuffix(strings.TrimSuffix(begun, "*"), ".") + "."
	var lines []string
	for code, words := range message.Codes {
		if strings.HasPrefix(code, begun) {
			lines = append(lines, "  "+code+": "+words)
		}
	}
	slices.Sort(lines)
	return fmt.Sprintf("The status codes of %s are\n%s\nSource: %s.", strings.TrimSuffix(begun, "."), strings.Join(lines, "\n"), codeSource), len(lines) > 0
}

// explainEvent explains a user control event by its name.
func explainEvent(name string) (string, bool) {
	for event := range uint16(256) {
		if note, source, ok := message.Event(event); ok && strings.EqualFold(message.EventName(event), name) {
			return fmt.Sprintf("%s is user control event %d (message type %d): %s. Source: %s.", message.EventName(event), event, chunk.TypeUserControl, note, source), true
		}
	}
	return "", false
}

// typeNumber reads how a message type is written: 9, 0x09, type 9.
func typeNumber(what string) (uint8, bool) {
	n, err := strconv.ParseUint(strings.TrimSpace(strings.TrimPrefix(strings.ToLower(what), "type ")), 0, 8)
	return uint8(n), err == nil
}

// typeSpoken is a name of a message type without the word that only the specification says:
// "User Control Message" is User Control.
func typeSpoken(name string) string {
	name = strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(name, "Message", ""), "message", ""))
	return strings.Join(strings.Fields(name), " ")
}
