#include "tap/tap_opener.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

#include "tap/vnet_header.h"

namespace nut::tap {
namespace {

constexpr char kTunDevice[] = "/dev/net/tun";

// Linux's own rules for the name of an interface, and '%', which it would take for a template. Nothing when
// legal.
std::optional<std::string_view> WhyBadName(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name.size() >= IFNAMSIZ) return "it is longer than 15 characters";
  if (name == "." || name == "..") return "it is the name of a directory";
  for (const char c : name) {
    if (c <= ' ' || c > '~' || c == '/' || c == ':' || c == '%') {
      return "it has a character that is no printable ASCII, or one of / : %";
    }
  }
  return std::nullopt;
}

// TUNSETOFFLOAD's argument: what the kernel may leave undone in the frames that it hands over. It accepts as
// much from us whatever is set here. Not asked for: TSO6, for the node has no IPv6, and USO, for its UDP
// takes one datagram at a time.
unsigned long FlagsOf(Offload offload) {
  switch (offload) {
    case Offload::kNone: return 0;
    case Offload::kChecksum: return TUN_F_CSUM;
    case Offload::kAll: return TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO_ECN;
  }
  return 0;
}

ifreq RequestFor(const std::string& name, short flags) {
  ifreq request{};
  std::memcpy(request.ifr_name, name.c_str(), name.size() + 1);  // its length was checked
  request.ifr_flags = flags;
  return request;
}

}  // namespace

std::string_view Describe(TapOrigin origin) {
  switch (origin) {
    case TapOrigin::kGivenDescriptor: return "given";
    case TapOrigin::kExisting: return "existing";
    case TapOrigin::kCreated: return "created";
    case TapOrigin::kUserNamespace: return "in a user namespace";
  }
  return "?";
}

TapOpener::Outcome TapOpener::Open(const TapRequest& request) {
  if (request.fd) return OpenGiven(*request.fd, request.offload);
  const std::string& name = request.interface_name;
  if (const auto why = WhyBadName(name)) return tl::unexpected(BadName(name, *why));
  if (request.user_namespace == NamespaceUse::kAlways) return OpenInNamespace(name, request.offload);

  Outcome direct = OpenByName(name, request.offload);
  // Only a missing capability is mended by being root elsewhere: a busy interface, or one of another user, is
  // there because somebody wanted it.
  if (direct || direct.error().problem != TapProblem::kNoCapability ||
      request.user_namespace == NamespaceUse::kNever) {
    return direct;
  }
  Outcome inside = OpenInNamespace(name, request.offload);
  if (!inside) return tl::unexpected(NeitherNor(direct.error(), inside.error()));
  inside->remark = direct.error().message;
  return inside;
}

TapOpener::Outcome TapOpener::OpenGiven(int fd, Offload offload) {
  ifreq request{};
  if (const int result = system_.Ioctl(fd, TUNGETIFF, &request); result < 0) {
    return tl::unexpected(
        BadDescriptor(fd, result == -EBADF ? "it is not open" : "it is not attached to a TAP"));
  }
  const auto flags = static_cast<unsigned short>(request.ifr_flags);
  if ((flags & IFF_TAP) == 0)
    return tl::unexpected(BadDescriptor(fd, "it is a TUN, which carries no Ethernet"));
  if ((flags & IFF_NO_PI) == 0) return tl::unexpected(BadDescriptor(fd, "it was attached without IFF_NO_PI"));
  const bool has_vnet_header = (flags & IFF_VNET_HDR) != 0;
  const auto agreed = SetFormat(fd, has_vnet_header, offload);
  const int result = agreed ? system_.SetNonBlocking(fd) : agreed.error();
  if (result < 0) return tl::unexpected(SystemFailure("set up the descriptor given as --tap-fd", -result));
  request.ifr_name[IFNAMSIZ - 1] = '\0';
  return OpenedTap{FileDescriptor(system_, fd),
                   request.ifr_name,
                   TapOrigin::kGivenDescriptor,
                   has_vnet_header,
                   *agreed,
                   {}};
}

TapOpener::Outcome TapOpener::OpenByName(const std::string& name, Offload offload) {
  const bool existed = interfaces_.Exists(name);
  const int fd = system_.Open(kTunDevice, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return tl::unexpected(ExplainOpen(-fd));
  FileDescriptor owned(system_, fd);

  unsigned features = 0;
  const bool with_vnet_header =
      system_.Ioctl(fd, TUNGETFEATURES, &features) == 0 && (features & IFF_VNET_HDR) != 0;
  ifreq request =
      RequestFor(name, static_cast<short>(IFF_TAP | IFF_NO_PI | (with_vnet_header ? IFF_VNET_HDR : 0)));
  if (const int result = system_.Ioctl(fd, TUNSETIFF, &request); result < 0) {
    return tl::unexpected(ExplainAttach(name, existed, -result));
  }
  const auto agreed = SetFormat(fd, with_vnet_header, offload);
  if (!agreed) return tl::unexpected(SystemFailure("choose the packet format of " + name, -agreed.error()));
  return OpenedTap{std::move(owned), name,    existed ? TapOrigin::kExisting : TapOrigin::kCreated,
                   with_vnet_header, *agreed, {}};
}

TapOpener::Outcome TapOpener::OpenInNamespace(const std::string& name, Offload offload) {
  if (auto failure = user_namespace_.Enter()) return tl::unexpected(*std::move(failure));
  // A node without loopback works too; the programs that are started inside would miss it.
  static_cast<void>(interfaces_.BringLoopbackUp());
  Outcome outcome = OpenByName(name, offload);
  if (outcome) {
    outcome->origin = TapOrigin::kUserNamespace;
  } else if (outcome.error().problem == TapProblem::kNoCapability && user_namespace_.RestrictedByAppArmor()) {
    return tl::unexpected(NamespacesAppArmor());
  }
  return outcome;
}

tl::expected<Offload, int> TapOpener::SetFormat(int fd, bool with_vnet_header, Offload wanted) {
  // Both are set explicitly, off included: a persistent interface keeps what its last user chose.
  if (with_vnet_header) {
    int size = sizeof(VnetHeader);
    if (const int result = system_.Ioctl(fd, TUNSETVNETHDRSZ, &size); result < 0)
      return tl::unexpected(result);
  } else {
    wanted = Offload::kNone;  // without the header nobody could say what is undone
  }
  for (;;) {
    // The argument is the set of flags itself.
    const int result = system_.Ioctl(fd, TUNSETOFFLOAD, reinterpret_cast<void*>(FlagsOf(wanted)));
    if (result >= 0) return wanted;
    if (wanted == Offload::kNone) return tl::unexpected(result);
    wanted = wanted == Offload::kAll ? Offload::kChecksum : Offload::kNone;
  }
}

TapFailure TapOpener::ExplainOpen(int error) {
  switch (error) {
    case ENOENT: return NoTunDevice();
    case ENODEV:
    case ENXIO: return NoTunDriver();
    case EACCES: {
      const int mode = system_.ModeOf(kTunDevice);
      return TunDeviceMode(caller_, mode < 0 ? 0 : static_cast<unsigned>(mode));
    }
    case EPERM: return TunDeviceRules();
    default: return SystemFailure("open /dev/net/tun", error);
  }
}

TapFailure TapOpener::ExplainAttach(const std::string& name, bool existed, int error) {
  switch (error) {
    case EBUSY: return Busy(name);
    case EPERM: return existed ? OtherOwner(name, caller_) : NoCapability(name, caller_);
    case EINVAL:
      if (existed) return NotATap(name);
      [[fallthrough]];
    default: return SystemFailure("attach to the interface " + name, error);
  }
}

}  // namespace nut::tap
