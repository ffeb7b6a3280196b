namespace Cake.Clustrix;

/// <summary>The settings of <see cref="ClustrixAliases.ClustrixPlan(Core.ICakeContext, ClustrixPlanSettings)"/>: those of the run that is planned.</summary>
public sealed class ClustrixPlanSettings : ClustrixRunSettings;
