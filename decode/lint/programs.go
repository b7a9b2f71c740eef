package lint

// Programs names the two programs of a session as far as their fingerprints tell
// by now; "" is one that is not known.
type Programs struct{ Client, Server string }

// shortNames are those of programs whose names are long.
var shortNames = map[string]string{
	nginx: "nginx", likeNginx: "nginx?", nms: "NMS", adobe: "AMS", flash: "Flash", fmle: "FMLE?",
}

// ShortName is the name of a program where there is little room: "NMS" for
// "Node-Media-Server". A name that is short stays as it is.
func ShortName(program string) string {
	if short, ok := shortNames[program]; ok {
		return short
	}
	return program
}
