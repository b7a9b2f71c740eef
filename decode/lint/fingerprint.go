package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode"
	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/handshake"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Fingerprint says which program one side probably is, and how one can tell.
// What a program says of itself is often copied from another, so the evidence
// stands beside the name.
type Fingerprint struct {
	// Name is the program: "FFmpeg", "nginx-rtmp"; "like nginx-rtmp" where one string
	// that others copy is all there is, "" when it is not known.
	Name string
	// Version is what the program says about its version, if it does.
	Version text.Marked
	// Evidence is a list of observations in words.
	Evidence []text.Marked
}

// The programs that rules know by name.
const (
	ffmpeg      = "FFmpeg"
	obs         = "OBS"
	gstreamer   = "GStreamer"
	librtmp     = "librtmp"
	nginx       = "nginx-rtmp"
	likeNginx   = "like nginx-rtmp"
	livego      = "livego"
	srs         = "SRS"
	mediamtx    = "MediaMTX"
	nms         = "Node-Media-Server"
	lal         = "lal"
	crtmpserver = "crtmpserver"
	adobe       = "Adobe Media Server"
	wowza       = "Wowza"
	red5        = "Red5"
	flash       = "Flash Player"
	fmle        = "Flash Media Live Encoder or a program that copies its name"
	own         = "rtmpscope"
)

// is reports whether the side is one of these programs.
func (f *Fingerprint) is(names ...string) bool {
	for _, n := range names {
		if f.Name == n {
			return true
		}
	}
	return false
}

// set names the program; more certain evidence comes later and replaces the
// name, while all observations are kept.
func (f *Fingerprint) set(name string, evidence text.Marked) {
	f.Name = name
	f.note(evidence)
}

func (f *Fingerprint) note(evidence text.Marked) {
	if len(f.Evidence) < 8 && !slices.Contains(f.Evidence, evidence) {
		f.Evidence = append(f.Evidence, evidence)
	}
}

// fingerprint looks at commands that tell who speaks.
func (v *view) fingerprint(e *session.Entry) {
	switch {
	case e.From == client && e.Message.Command == "connect":
		v.whoIsClient(e)
	case e.From == server && v.reply != nil && v.reply.name == "connect":
		v.whoIsServer(e)
	case e.From == server && e.Message.Command == "onBWDone":
		v.whoTestsBandwidth(e)
	}
}

// clientMark is a string in flashVer that gives a client away.
type clientMark struct{ part, name string }

// clientMarks are tried in order; the first that fits counts.
var clientMarks = []clientMark{
	{"rtmpscope", own}, {"Lavf", ffmpeg}, {"LNX.11,1,102,55", nginx}, {"Lal", lal}, {"lal", lal},
	{"gortmplib", mediamtx}, {"HaishinKit", "HaishinKit"}, {"Larix", "Larix"}, {"FMLE/", fmle},
	{"WIN ", flash}, {"MAC ", flash}, {"AND ", flash},
}

// whoIsClient judges by connect, and by what came before it.
func (v *view) whoIsClient(e *session.Entry) {
	f := &v.who[client]
	agent := v.connect.flashVer
	for _, m := range clientMarks {
		if strings.Contains(agent, m.part) {
			f.set(m.name, "connect says flashVer \""+e.Mark(0, "flashVer", agent)+"\"")
			f.Version = e.Mark(0, "flashVer", agent)
			break
		}
	}
	o := &v.connect.object
	switch word := v.hello.word[client]; {
	case f.is(fmle) && o.Get("swfUrl") != nil && member(o, "swfUrl") == v.connect.tcURL && v.seen[client].chunkRow > 0:
		f.set(obs, "it sets the chunk size before connect and repeats tcUrl as swfUrl, as OBS does")
	case f.is(fmle) && v.hello.layout[client] == handshake.NoDigest && v.seen[client].chunkRow > 0:
		f.set(librtmp, "it sets the chunk size before connect after a plain handshake")
	case word == [4]byte{9, 0, 124, 2} && strings.HasPrefix(agent, "LNX 9,0,124,2"):
		f.set(ffmpeg, "C1 carries version 9.0.124.2 with a digest, and flashVer repeats it")
	case strings.HasPrefix(agent, "LNX 9,0,124,2") && v.seen[client].chunkRow > 0 && v.ledger[server].bandwidth > 0:
		f.set(mediamtx, "a plain C1, and window, bandwidth and chunk size before connect, as gortmplib sends them")
	}
	v.whoCopiesFlash(e, agent, o)
}

// whoCopiesFlash tells the two programs apart that both call themselves
// LNX 10,0,32,18: by the codec bits, and by who publishes with them.
func (v *view) whoCopiesFlash(e *session.Entry, agent string, o *amf.Value) {
	f := &v.who[client]
	if !strings.HasPrefix(agent, "LNX 10,0,32,18") {
		return
	}
	switch bits := number(o, "audioCodecs"); {
	case bits == 3191:
		f.set(librtmp, "flashVer LNX 10,0,32,18 with audioCodecs 3191, the defaults of librtmp")
	case bits == 4071 || member(o, "type") == "nonprivate":
		f.set(gstreamer, "flashVer LNX 10,0,32,18 with the connect object of rtmp2")
	}
	f.Version = e.Mark(0, "flashVer", agent)
}

// whoIsServer judges by the answer to connect, and by S1.
func (v *view) whoIsServer(e *session.Entry) {
	f := &v.who[server]
	v.whoSaysS1(f)
	defer v.whoIsLikeNginx(f)
	engine := member(&v.connect.properties, "fmsVer")
	info := &v.connect.result
	if engine != "" {
		f.Version = e.Mark(0, "fmsVer", engine)
		f.note("the answer to connect says fmsVer \"" + e.Mark(0, "fmsVer", engine) + "\"")
	}
	switch data := info.Get("data"); {
	case data != nil && data.Get("srs_sig") != nil:
		f.set(srs, "the answer to connect carries srs_sig")
		f.Version = e.Mark(0, "srs_server", member(data, "srs_server"))
	case strings.Contains(engine, own), data != nil && member(data, "server") == own:
		f.set(own, "it says so")
	case info.Get("version") != nil && f.is("", nginx) && v.hello.word[server] == nginxWord:
		f.set(lal, "a version beside the status code, with the S1 that nginx-rtmp and lal send")
	case strings.HasPrefix(engine, "LNX 9,0,124,2"):
		f.set(mediamtx, "gortmplib gives FFmpeg's name as its own")
	default:
		v.whoSaysEngine(f, engine)
	}
}

func (v *view) whoSaysEngine(f *Fingerprint, engine string) {
	switch {
	case strings.HasPrefix(strings.ToUpper(engine), "RED5"):
		f.set(red5, "it says so")
	case strings.HasPrefix(engine, "FMS/3,5,7,"):
		f.set(wowza, "the version that Wowza gives")
	case strings.HasPrefix(engine, "FMS/4"), strings.HasPrefix(engine, "FMS/5"), strings.HasPrefix(engine, "AMS/"):
		f.set(adobe, "the version that Adobe's servers give")
	case f.Name == "" && strings.HasPrefix(engine, "FMS/3,0,1,123"):
		f.set(likeNginx, "nginx-rtmp gives this version, and so do livego, Node-Media-Server, crtmpserver, FFmpeg's listener and others")
	}
}

// whoIsLikeNginx looks for a second witness where a server is called nginx-rtmp, or
// like it, because of one thing that others copy: what it sets before it answers
// connect.
func (v *view) whoIsLikeNginx(f *Fingerprint) {
	size, window := v.seen[server].chunkSize, v.ledger[server].window
	switch {
	case !f.is(nginx, likeNginx):
	case size == 1024 && window == 2_500_000:
		f.set(livego, "chunk size 1024 and window 2,500,000 before the answer to connect, as livego sets them")
	case f.is(nginx) || !v.hello.same:
	case size == 4096:
		f.set(nginx, "S1 repeats C1, and the chunk size is 4096, as with nginx-rtmp")
	case size == 60000:
		f.set(nms, "S1 repeats C1, and the chunk size is 60000, as with Node-Media-Server")
	}
}

// nginxWord is what nginx-rtmp, and lal after it, write as version in S1.
var nginxWord = [4]byte{13, 14, 10, 13}

// whoSaysS1 knows servers by the version bytes of S1.
func (v *view) whoSaysS1(f *Fingerprint) {
	switch w := v.hello.word[server]; {
	case w == nginxWord:
		f.set(nginx, "S1 carries version 13.14.10.13")
	case w == [4]byte{1, 2, 3, 4}:
		f.set(nms, "S1 carries version 1.2.3.4")
	case w[0] >= 3 && w[0] <= 5 && v.hello.layout[server] != handshake.NoDigest:
		f.set(adobe, text.Marked(fmt.Sprintf("S1 carries version %d.%d.%d.%d with a digest", w[0], w[1], w[2], w[3])))
	}
}

// whoTestsBandwidth: crtmpserver and FFmpeg's listener say onBWDone(8192). FFmpeg has
// announced a chunk size of 128 by then, crtmpserver none.
func (v *view) whoTestsBandwidth(e *session.Entry) {
	a := argument(e, 0)
	if a == nil || a.Number != 8192 {
		if a = argument(e, 1); a == nil || a.Number != 8192 {
			return
		}
	}
	f, seen := &v.who[server], &v.seen[server]
	switch {
	case !f.is("", likeNginx):
	case seen.chunkRow > 0 && seen.chunkSize == 128:
		f.set(ffmpeg, "onBWDone(8192) behind Set Chunk Size 128, as FFmpeg's listener sends them")
	case seen.chunkRow == 0:
		f.set(crtmpserver, "onBWDone(8192) without a Set Chunk Size before it, as crtmpserver sends it")
	}
}

// fingerprintMetadata knows programs that sign the metadata.
func (v *view) fingerprintMetadata(e *session.Entry, o *amf.Value) {
	if e.From == server {
		s := member(o, "Server")
		switch {
		case strings.HasPrefix(s, "NGINX RTMP"):
			v.who[server].set(nginx, "the metadata names \""+e.Mark(0, "Server", s)+"\"")
		case strings.HasPrefix(s, "C++ RTMP"):
			v.who[server].set(crtmpserver, "the metadata names \""+e.Mark(0, "Server", s)+"\"")
		}
		return
	}
	encoder := member(o, "encoder")
	if encoder == "" {
		return
	}
	words := "the metadata names the encoder \"" + brief(e.Mark(0, "encoder", encoder)) + "\""
	if strings.Contains(encoder, "obs-output") || strings.HasPrefix(encoder, "OBS") {
		v.who[client].set(obs, words)
		v.who[client].Version = e.Mark(0, "encoder", encoder)
		return
	}
	v.who[client].note(words)
}

// brief is the beginning of a text; one with a credential stays whole, because a part of
// a credential is one too.
func brief(m text.Marked) text.Marked {
	if m.HasSecret() {
		return m
	}
	return text.Marked(text.Clip(string(m), 60))
}

// whoIs returns a copy.
func (v *view) whoIs(d decode.Direction) Fingerprint {
	f := v.who[d]
	f.Evidence = append([]text.Marked(nil), f.Evidence...)
	return f
}
