//! What the process of a test may use, and how it is ended. The only file that knows what a system calls these things,
//! but for `usage.rs`.

use std::time::Duration;

/// How long a test may do nothing that is seen to move, by the clock of [`Patience`](crate::patience::Patience).
///
/// More than the three seconds after which the watchers inside of a test give up: they know what it waits for.
pub(super) const SILENT: Duration = Duration::from_secs(4);
/// How long a test may take that moves. A model that is too large gives up long before.
pub(super) const IN_ALL: Duration = Duration::from_secs(120);
/// What a process may have in memory, in bytes.
pub(super) const MEMORY: u64 = 512 << 20;
/// What a process may print, in bytes.
pub(super) const OUTPUT: u64 = 4 << 20;
/// What of it is shown, in bytes.
pub(super) const SHOWN: u64 = 32 << 10;

/// What a test does too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Excess {
    /// Nothing moves.
    Silence,
    /// It moves and moves.
    Time,
    Memory,
    Output,
}

/// What the end of a process means that nobody has asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Death {
    Abort,
    /// An access to memory that is not there.
    Fault,
    /// The stack was used up. That looks like an abort on Unix, and Rust says so beforehand.
    Overflow,
    /// It wrote more into a file than it may.
    #[cfg_attr(not(unix), allow(dead_code, reason = "there is no such limit"))]
    Flood,
    /// An exit, or a signal that means nothing here.
    Other,
}

#[cfg(unix)]
mod system {
    use std::io;
    use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
    use std::process::{Child, Command, ExitStatus};

    use super::{Death, MEMORY, OUTPUT};

    /// If nobody watches any more: the most of a test's time, in seconds.
    const UNWATCHED: u32 = 600;

    /// Called in the process of a test, before the harness. For what the watcher may see too late, and for the case that
    /// it is no more.
    pub(crate) fn keep() {
        let limit = |what, most: u64| {
            let limit = libc::rlimit {
                rlim_cur: most,
                rlim_max: most,
            };
            // SAFETY: reads the limit.
            unsafe { libc::setrlimit(what, &raw const limit) };
        };
        limit(libc::RLIMIT_CORE, 0);
        limit(libc::RLIMIT_FSIZE, OUTPUT);
        // SAFETY: has no conditions: a signal that ends this process.
        unsafe { libc::alarm(UNWATCHED) };
        #[cfg(target_os = "linux")]
        {
            limit(libc::RLIMIT_DATA, 4 * MEMORY);
            // SAFETY: asks for a signal when the watcher ends.
            unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
        }
        #[cfg(not(target_os = "linux"))]
        let _ = MEMORY;
    }

    /// A process, and whatever it starts: they have its number as that of their group.
    pub(crate) struct Group;

    impl Group {
        pub(crate) fn spawn(command: &mut Command) -> io::Result<(Child, Self)> {
            Ok((command.process_group(0).spawn()?, Self))
        }

        pub(crate) fn end(&self, leader: &Child) {
            // SAFETY: has no conditions. A number that is not negative names no group.
            unsafe { libc::kill(-leader.id().cast_signed(), libc::SIGKILL) };
        }
    }

    pub(crate) fn death(status: ExitStatus, said: &str) -> Death {
        match status.signal() {
            Some(libc::SIGABRT) if said.contains("has overflowed its stack") => Death::Overflow,
            Some(libc::SIGABRT) => Death::Abort,
            Some(libc::SIGSEGV | libc::SIGBUS | libc::SIGILL | libc::SIGTRAP) => Death::Fault,
            Some(libc::SIGXFSZ) => Death::Flood,
            _ => Death::Other,
        }
    }

    /// A breakpoint is in this process, and not in those of the tests.
    #[cfg(target_os = "linux")]
    pub(crate) fn is_debugged() -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mut lines = status.lines();
        lines.any(|line| {
            let tracer = line.strip_prefix("TracerPid:").map(str::trim);
            tracer.is_some_and(|id| id != "0")
        })
    }

    #[cfg(target_vendor = "apple")]
    pub(crate) fn is_debugged() -> bool {
        /// `PROC_FLAG_TRACED` of `sys/proc_info.h`.
        const TRACED: u32 = 2;
        let id = std::process::id().cast_signed();
        // SAFETY: zeroes are a value of it: it has only numbers.
        let mut info: libc::proc_bsdinfo = unsafe { std::mem::zeroed() };
        let size = size_of::<libc::proc_bsdinfo>() as libc::c_int;
        let into = (&raw mut info).cast();
        // SAFETY: writes to `info`, `size` bytes at most.
        let written = unsafe { libc::proc_pidinfo(id, libc::PROC_PIDTBSDINFO, 0, into, size) };
        written == size && info.pbi_flags & TRACED != 0
    }

    #[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
    pub(crate) fn is_debugged() -> bool {
        false
    }
}

#[cfg(windows)]
mod system {
    use std::io;
    use std::mem;
    use std::os::windows::io::AsRawHandle as _;
    use std::process::{Child, Command, ExitStatus};
    use std::ptr;

    use windows_sys::Win32::Foundation::{
        CloseHandle, HANDLE, STATUS_ACCESS_VIOLATION, STATUS_STACK_BUFFER_OVERRUN,
        STATUS_STACK_OVERFLOW,
    };
    use windows_sys::Win32::System::Diagnostics::Debug::{
        IsDebuggerPresent, SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SetErrorMode,
    };
    use windows_sys::Win32::System::JobObjects::{
        AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
        JOB_OBJECT_LIMIT_PROCESS_MEMORY, JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
        JobObjectExtendedLimitInformation, SetInformationJobObject, TerminateJobObject,
    };

    use super::{Death, MEMORY};

    /// Called in the process of a test, before the harness: no window asks somebody to close the program.
    pub(crate) fn keep() {
        // SAFETY: has no conditions.
        unsafe { SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX) };
    }

    /// A job: a process, and whatever it starts. It ends when this value does, and when this process does.
    pub(crate) struct Group(HANDLE);

    impl Group {
        /// What the process could start before it is in the job, it would start before `main`.
        pub(crate) fn spawn(command: &mut Command) -> io::Result<(Child, Self)> {
            // SAFETY: both may be null.
            let job = Self(unsafe { CreateJobObjectW(ptr::null(), ptr::null()) });
            let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
            limits.BasicLimitInformation.LimitFlags =
                JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_PROCESS_MEMORY;
            // An allocation beyond that fails, and Rust aborts.
            limits.ProcessMemoryLimit = MEMORY as usize;
            // SAFETY: reads `limits`, which is what this class of information is.
            unsafe {
                SetInformationJobObject(
                    job.0,
                    JobObjectExtendedLimitInformation,
                    (&raw const limits).cast(),
                    mem::size_of_val(&limits) as u32,
                )
            };
            let process = command.spawn()?;
            // SAFETY: a job, and a process that is not yet waited for.
            unsafe { AssignProcessToJobObject(job.0, process.as_raw_handle()) };
            Ok((process, job))
        }

        pub(crate) fn end(&self, _: &Child) {
            // SAFETY: a job.
            unsafe { TerminateJobObject(self.0, 1) };
        }
    }

    impl Drop for Group {
        fn drop(&mut self) {
            // SAFETY: ours, and not used again.
            unsafe { CloseHandle(self.0) };
        }
    }

    pub(crate) fn death(status: ExitStatus, _said: &str) -> Death {
        match status.code() {
            // What `abort` does, under the name of what it was made for.
            Some(STATUS_STACK_BUFFER_OVERRUN) => Death::Abort,
            Some(STATUS_ACCESS_VIOLATION) => Death::Fault,
            Some(STATUS_STACK_OVERFLOW) => Death::Overflow,
            _ => Death::Other,
        }
    }

    /// A breakpoint is in this process, and not in those of the tests.
    pub(crate) fn is_debugged() -> bool {
        // SAFETY: has no conditions.
        unsafe { IsDebuggerPresent() != 0 }
    }
}

pub(super) use system::*;
