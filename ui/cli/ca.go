package cli

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/rtmpscope/rtmpscope/proxy/rtmps"
	"github.com/spf13/cobra"
)

func newCA() *cobra.Command {
	var onlyPEM bool
	c := &cobra.Command{
		Use:   "ca",
		Short: "Show the authority that signs for RTMPS clients, and how to trust it",
		Long: `Clients that speak TLS to rtmpscope (--listen rtmps://ADDRESS or auto://ADDRESS)
are shown a certificate that is made for the name they ask for. It is signed by
an authority of your own, which is made when it is first needed and never leaves
this machine. This command shows where it is and how a program is told to trust
it. It installs nothing.

Whoever has the private key in that file can pretend to be any server to the
programs that trust the authority. Remove it from them when you are done.`,
		Example: `  rtmpscope ca
  rtmpscope ca --pem > rtmpscope-ca.pem`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := openAuthority()
			if err != nil {
				return err
			}
			if onlyPEM {
				_, err = os.Stdout.Write(a.PEM())
			} else {
				err = writeAuthority(os.Stdout, a, runtime.GOOS)
			}
			if err != nil {
				return fail(exitFailed, "standard output: %w", err)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&onlyPEM, "pem", false, "write the certificate alone (PEM, without the key)")
	return c
}

// writeAuthority says what the authority is and how it is trusted, for an operating
// system as package runtime names it.
func writeAuthority(w io.Writer, a *rtmps.Authority, system string) error {
	_, err := fmt.Fprintf(w, `file         %s
             certificate and private key; only you can read it
name         %s
valid until  %s
SHA-256      %s

Write the certificate to a file first: rtmpscope ca --pem > rtmpscope-ca.pem

%s
FFmpeg       trusts every server unless told otherwise; to have it checked:
             ffmpeg … -tls_verify 1 -ca_file rtmpscope-ca.pem -f flv rtmps://…
GStreamer    rtmp2sink, rtmp2src: trusts what the system trusts, or anything with
             tls-validation-flags=0
rtmpdump     trusts every server
Larix        trusts what the phone trusts: send it rtmpscope-ca.pem and install it as
             an authority (iOS: also switch it on under Certificate Trust Settings)
`, a.Path(), a.Certificate().Subject.CommonName, a.Certificate().NotAfter.Format(time.DateOnly), a.Fingerprint(), systemTrust(system))
	return err
}

// systemTrust is how an operating system, and OBS on it, is told to trust an
// authority. OBS on Linux reads every file in /etc/ssl/certs.
func systemTrust(system string) string {
	switch system {
	case "darwin":
		return `macOS, OBS   sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain rtmpscope-ca.pem
             (undo: sudo security delete-certificate -c "rtmpscope authority …" /Library/Keychains/System.keychain)`
	case "windows":
		return `Windows, OBS certutil -addstore -f ROOT rtmpscope-ca.pem        (as administrator)
             (undo: certutil -delstore ROOT "rtmpscope authority …")`
	}
	return `Linux, OBS   sudo cp rtmpscope-ca.pem /usr/local/share/ca-certificates/rtmpscope-ca.crt && sudo update-ca-certificates
             (undo: remove that file, sudo update-ca-certificates --fresh)
             Fedora, Arch: sudo trust anchor rtmpscope-ca.pem    (undo: sudo trust anchor --remove rtmpscope-ca.pem)`
}
