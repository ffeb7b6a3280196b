namespace Clustrix.Node;

/// <summary>The stream to or from a node ended. Other trouble with files, in the midst of a transfer, isn't the connection's.</summary>
internal sealed class ConnectionEndedException(string message, Exception? innerException = null) : IOException(message, innerException);
