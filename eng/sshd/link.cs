#:project ../../tests/Clustrix.Testing/Clustrix.Testing.csproj
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false

// A slow link to an SSH host, to be tried by hand: prints its port of 127.0.0.1, and carries until standard input ends.
//   dotnet run eng/sshd/link.cs -- ADDRESS
using Clustrix.Testing.Ssh;

var link = LinkProxy.Start(args[0], SshNode.Port, LinkSpeed.Slow);
await using (link.ConfigureAwait(false))
{
    Console.WriteLine(link.Port);
    while (await Console.In.ReadLineAsync().ConfigureAwait(false) is not null)
    {
    }
}
